//! This file holds the cases about lists of users, and about who of them has a member in `extra`.

use std::{slice::from_ref, sync::Arc};

use authcore::{
    adapter::{Adapter, AdapterError, TokensThen, UserQuery},
    model::{JsonMap, NewUser, User, UserId},
};
use serde_json::{Value, json};

use super::{
    check::{Broken, Outcome, directory, ensure, ensure_eq},
    sample::{named, whole},
};

pub(super) async fn a_page_of_users_shows_them_whole(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = directory(&*adapter)?;
    let none = store.users(&UserQuery::first(10)).await?;
    ensure_eq!(none, [], "the users of an empty store");
    let ada = adapter
        .create_user(whole("Ada", "ada@example.org")?)
        .await?;
    let found = store.users(&UserQuery::first(10)).await?;
    ensure_eq!(found, from_ref(&ada), "the users");
    let none = store.users(&UserQuery::first(0)).await?;
    ensure_eq!(none, [], "a page of none");
    for after in ["nobody' OR 'a'='a", "\0", "-1", "😀"] {
        let query = UserQuery::first(10).after(UserId::new(after));
        match store.users(&query).await {
            Ok(found) => ensure!(found.len() <= 1, "{after:?} doubles users"),
            Err(AdapterError::Refused { .. }) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// How many users a case about pages has: more than fit on one.
const MANY: usize = 1_000;

pub(super) async fn each_user_is_on_exactly_one_page(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = directory(&*adapter)?;
    for number in 0..MANY {
        adapter.create_user(named(&number.to_string())).await?;
    }
    let all = store.users(&UserQuery::first(u32::MAX)).await?;
    ensure_eq!(all.len(), MANY, "how many on a page for all");
    let mut names: Vec<_> = all.iter().filter_map(|user| user.name.clone()).collect();
    names.sort();
    names.dedup();
    ensure_eq!(names.len(), MANY, "how many different users");
    for size in [1_000, 999, 137] {
        let (mut found, mut query) = (Vec::new(), UserQuery::first(size));
        loop {
            let page = store.users(&query).await?;
            ensure!(page.len() <= size as usize, "a page is too long");
            let is_last = page.len() < size as usize;
            if let Some(last) = page.last() {
                query = query.after(last.id.clone());
            }
            found.extend(page);
            if is_last {
                break;
            }
        }
        ensure!(found == all, "pages of {size} are not the whole in order");
    }
    Ok(())
}

pub(super) async fn users_who_come_and_go_move_nobody_to_another_page(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = directory(&*adapter)?;
    for number in 0..20 {
        adapter.create_user(named(&number.to_string())).await?;
    }
    let all = store.users(&UserQuery::first(100)).await?;
    let first = store.users(&UserQuery::first(10)).await?;
    ensure!(
        first[..] == all[..10],
        "the first page is not the first ten"
    );
    let last = ids(&first).pop().unwrap_or_else(|| UserId::new(""));
    // Somebody in the middle of the page and its last one go, and somebody comes.
    for gone in [&all[4].id, &last] {
        adapter.delete_user(gone, TokensThen::Forget).await?;
    }
    adapter.create_user(named("new")).await?;
    let second = store.users(&UserQuery::first(100).after(last)).await?;
    let old: Vec<_> = second
        .into_iter()
        .filter(|user| user.name.as_deref() != Some("new"))
        .collect();
    ensure!(old[..] == all[10..], "who was there is missing or doubled");
    Ok(())
}

/// Names that mean something to a database, and such as nearly match.
const NAMES: &[&str] = &[
    "plan",
    "Plan",
    "plan ",
    "",
    " ",
    "\"",
    "\"\"",
    "'",
    "\\",
    "\\\"",
    "`",
    "$",
    "$.plan",
    ".",
    "a.b",
    "a",
    "[0]",
    "$[0]",
    "*",
    "**",
    "%",
    "?",
    "$1",
    ":a",
    "#",
    "@",
    "-1",
    "0",
    "ü",
    "u\u{308}",
    "😀",
    "\n",
    "\u{1}",
    "\u{7f}",
    "\u{2028}",
    "') OR 1=1 --",
    "\\u0022",
    "null",
];

pub(super) async fn a_members_name_is_never_more_than_a_name(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = directory(&*adapter)?;
    let mut owners = Vec::new();
    for name in NAMES {
        owners.push(with_extra(&adapter, json!({ *name: "yes" })).await?);
    }
    // What some databases fail at must not keep the others from being found.
    let mut deep = json!("yes");
    for _ in 0..100 {
        deep = json!([deep]);
    }
    let odd = json!({
        "deep": deep, "zero": "a\0b", "\0": 1, "nested": { "plan": "yes" }, "list": ["plan", "yes"],
        "text": "\"plan\":\"yes\"", "tiny": 5e-324, "huge": 1.7e308,
    });
    let odd = with_extra(&adapter, odd).await?;
    for (name, owner) in NAMES.iter().zip(&owners) {
        let query = UserQuery::first(100).with_extra(*name, "yes");
        let found = store.users(&query).await?;
        ensure_eq!(ids(&found), from_ref(&owner.id), format!("of {name:?}"));
    }
    for (name, value) in [("tiny", json!(5e-324)), ("huge", json!(1.7e308))] {
        let found = store
            .users(&UserQuery::first(100).with_extra(name, value))
            .await?;
        ensure_eq!(ids(&found), from_ref(&odd.id), format!("of {name:?}"));
    }
    let found = store
        .users(&UserQuery::first(100).with_extra("a\u{fffd}b", "yes"))
        .await?;
    ensure_eq!(found, [], "of a name that nobody has");
    Ok(())
}

pub(super) async fn texts_numbers_and_truth_values_are_told_apart(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = directory(&*adapter)?;
    let plain = [
        json!("1"),
        json!(1),
        json!(1.0),
        json!(1.5),
        json!("1.0"),
        json!(true),
        json!("true"),
        json!(false),
        json!("false"),
        json!(0),
        json!("0"),
        json!(""),
        json!(" "),
        json!("a"),
        json!("A"),
        json!("a "),
        json!("á"),
        json!("a\u{fffd}b"),
        json!("\"a\""),
        json!("null"),
        json!("[1]"),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(9_007_199_254_740_993_i64),
        json!(9_007_199_254_740_992_i64),
        json!(0.1),
        json!(1e21),
        json!("\n"),
        json!("\\u0041"),
    ];
    let others = [json!(null), json!([1]), json!({ "a": 1 }), json!("a\0b")];
    let mut owners = Vec::new();
    for value in plain.iter().chain(&others) {
        owners.push(with_extra(&adapter, json!({ "m": value })).await?);
    }
    for (value, owner) in plain.iter().zip(&owners) {
        let query = UserQuery::first(100).with_extra("m", value.clone());
        let found = store.users(&query).await?;
        ensure_eq!(ids(&found), from_ref(&owner.id), format!("of {value}"));
    }
    for value in others {
        let query = UserQuery::first(100).with_extra("m", value.clone());
        let answer = store.users(&query).await;
        ensure!(
            matches!(answer, Err(AdapterError::Refused { .. })),
            "{value} was looked for"
        );
    }
    Ok(())
}

pub(super) async fn users_with_a_member_come_in_whole_pages(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = directory(&*adapter)?;
    for number in 0..60 {
        // Values that a database may take for the same stand between those that are looked for.
        let plan = [json!(1), json!(1.0), json!("1")][number % 3].clone();
        with_extra(&adapter, json!({ "plan": plan, "number": number })).await?;
    }
    let wanted = UserQuery::first(7).with_extra("plan", json!(1));
    let (mut found, mut query, mut pages) = (Vec::new(), wanted, 0);
    loop {
        let page = store.users(&query).await?;
        pages += 1;
        let is_last = page.len() < 7;
        if let Some(last) = page.last() {
            query = query.after(last.id.clone());
        }
        found.extend(page);
        if is_last {
            break;
        }
    }
    ensure_eq!(pages, 3, "how many pages");
    let numbers = found
        .iter()
        .filter_map(|user| user.extra.get("number")?.as_u64());
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_unstable();
    let expected: Vec<_> = (0..60).step_by(3).collect();
    ensure_eq!(numbers, expected, "who was found");
    Ok(())
}

async fn with_extra(adapter: &Arc<dyn Adapter>, extra: Value) -> Result<User, Broken> {
    let extra: JsonMap = match extra {
        Value::Object(members) => members,
        _ => JsonMap::new(),
    };
    let new = NewUser {
        extra,
        ..named("Ada")
    };
    Ok(adapter.create_user(new).await?)
}

fn ids(users: &[User]) -> Vec<UserId> {
    users.iter().map(|user| user.id.clone()).collect()
}
