//! This file holds the cases in which the application has made a table of users itself: what points to
//! one of them goes with the row, and a table that lacks something is refused before anything is made.

use async_trait::async_trait;
use authcore::{
    adapter::{Adapter, AdapterError, SessionStore},
    model::{Email, TokenSet},
};

use super::{
    Beside, Broken, Outcome, Scratch, Way,
    check::{ensure, ensure_eq, failed},
    sample::{NOW, account, ada, key, session},
};
use crate::{Schema, SchemaError, SqlAdapter, UserIds, UserTable};

/// A database in which the application makes tables of its own.
#[async_trait]
pub trait OwnUsers: Scratch {
    /// Makes the table `users`, whose ids the database counts. Its other columns have the names that
    /// [`UserTable`] looks for; there is none for fields of the application's own.
    const COUNTED: &'static str;
    /// What kind of number its ids are.
    const IDS: UserIds;
    /// Tables that lack something.
    const LACKING: &'static [Lacking];

    /// Runs statements of the application's own, where its tables stand.
    async fn application(&self, text: &str) -> Outcome;

    /// Says where the table stands, if it is not beside ours.
    fn standing(&self, users: UserTable) -> UserTable {
        users
    }
}

/// A table that lacks something.
pub struct Lacking {
    /// Makes it, in two parts of one text.
    pub table: [&'static str; 2],
    /// What its ids are said to be.
    pub ids: UserIds,
    /// What the refusal names, so that it can be mended.
    pub hint: &'static str,
}

/// A table `people` of other names than ours for everything. [`OwnUsers::COUNTED`] is the plain one.
///
/// # Errors
/// None: the names are good.
pub fn people() -> Result<UserTable, SchemaError> {
    UserTable::named("people")?
        .id("person_id", UserIds::Text)?
        .name("full_name")?
        .email("mail")?
        .email_verified("mail_verified")?
        .image("picture")?
        .extra("auth_extra")
}

/// Opens the database with users in a table of the application's own, which is there.
///
/// # Errors
/// Those of the crate.
pub async fn open<S: OwnUsers>(
    scratch: &S,
    users: UserTable,
) -> Result<SqlAdapter<S::Driver>, AdapterError> {
    let way = Way {
        schema: Schema::authcore().with_users(scratch.standing(users)),
        ..Way::default()
    };
    scratch.open(way).await
}

/// Whoever deletes the row, nothing of the user's is left.
pub async fn what_points_to_a_user_of_the_applications_own_goes_with_the_row<S: OwnUsers>()
-> Outcome {
    let scratch = S::new().await?;
    scratch.application(S::COUNTED).await?;
    let adapter = open(&scratch, UserTable::named("users")?.id("id", S::IDS)?).await?;
    // Somebody who was there before authcore.
    let insert = "INSERT INTO users (name, email, email_verified) \
                  VALUES ('Ada', 'ada@example.org', 1)";
    scratch.application(insert).await?;
    let email = Email::parse("ada@example.org")?;
    let Some(user) = adapter.user_by_email(&email).await? else {
        return Err(Broken::new("whoever was there before is not found"));
    };
    ensure_eq!(user.name.as_deref(), Some("Ada"), "the name");
    user.id.as_str().parse::<i64>()?;
    let new = account("1", TokenSet::default())?;
    adapter.link_account(&user.id, new).await?;
    adapter.create_session("token", session(&user.id)).await?;
    scratch.application("DELETE FROM users").await?;
    let owner = adapter.account_owner(&key("1")?).await?.map(|it| it.user);
    ensure_eq!(owner, None, "the owner of the account");
    let found = adapter.session("token", NOW).await?;
    ensure_eq!(found, None, "the session");
    ensure_eq!(adapter.accounts(&user.id).await?, [], "the accounts");
    Ok(())
}

/// What has no place is refused, not dropped.
pub async fn own_fields_are_refused_where_the_table_has_no_column_for_them<S: OwnUsers>() -> Outcome
{
    let scratch = S::new().await?;
    scratch.application(S::COUNTED).await?;
    let adapter = open(&scratch, UserTable::named("users")?.id("id", S::IDS)?).await?;
    let mut user = ada();
    user.extra.insert("role".to_owned(), "admin".into());
    let refused = adapter.create_user(user).await;
    ensure!(
        matches!(refused, Err(AdapterError::Refused { .. })),
        "{refused:?}"
    );
    Ok(())
}

/// Connecting says what is missing and how to mend it, before anything is made.
pub async fn a_table_of_users_that_lacks_something_is_refused_with_the_mend<S: OwnUsers>() -> Outcome
{
    for Lacking { table, ids, hint } in S::LACKING {
        let table = table.concat();
        let scratch = S::new().await?;
        scratch.application(&table).await?;
        let users = UserTable::named("users")?.id("id", *ids)?;
        let told = failed(open(&scratch, users).await, &table)?;
        ensure!(told.contains(hint), "{table}: {told}");
        let beside = Beside::of(&scratch).await?;
        ensure!(!beside.has_tables().await, "{table}: something was made");
    }
    Ok(())
}
