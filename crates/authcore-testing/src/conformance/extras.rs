//! This file holds the cases about fields that authcore has no column for.

use std::sync::Arc;

use authcore::{
    adapter::Adapter,
    model::{NewUser, TokenSet, UserChanges},
};

use super::{
    check::{Outcome, ensure_eq},
    sample::{account, json, named, tokens},
};

pub(super) async fn own_fields_of_a_user_come_back_as_they_were(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let new = NewUser {
        extra: json(
            r#"{"role":"admin","z":1,"a":[null,true,{"deep":"ü😀"}],"":"","zero":"a\u0000b",
                "pi":3.141592653589793,"third":0.3333333333333333,"small":5e-324,
                "big":18446744073709551615,"negative":-9223372036854775808}"#,
        )?,
        ..named("Ada")
    };
    let ada = adapter.create_user(new.clone()).await?;
    ensure_eq!(ada.extra, new.extra, "the answer");
    let found = adapter.user(&ada.id).await?.map(|user| user.extra);
    ensure_eq!(found, Some(new.extra), "by id");
    Ok(())
}

pub(super) async fn own_fields_are_replaced_as_a_whole(adapter: Arc<dyn Adapter>) -> Outcome {
    let new = NewUser {
        extra: json(r#"{"role":"admin","plan":"free"}"#)?,
        ..named("Ada")
    };
    let ada = adapter.create_user(new.clone()).await?;
    let name = UserChanges {
        name: Some(None),
        ..UserChanges::default()
    };
    let answered = adapter.update_user(&ada.id, name).await?;
    ensure_eq!(answered.extra, new.extra, "after another change");
    for fields in [r#"{"role":"reader"}"#, "{}"] {
        let changes = UserChanges {
            extra: Some(json(fields)?),
            ..UserChanges::default()
        };
        let answered = adapter.update_user(&ada.id, changes).await?;
        ensure_eq!(answered.extra, json(fields)?, "after the change");
    }
    Ok(())
}

pub(super) async fn other_members_of_a_token_answer_come_back(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let with_extra = |fields: &str| {
        Ok::<_, super::check::Broken>(TokenSet {
            extra: json(fields)?,
            ..tokens()?
        })
    };
    let mut new = account("wiki", "1")?;
    new.tokens = with_extra(r#"{"refresh_expires_in":3600,"user":{"id":7,"name":"Ü"}}"#)?;
    let ada = adapter
        .create_user_with_account(named("Ada"), new.clone())
        .await?;
    let found = adapter.accounts(&ada.id).await?;
    ensure_eq!(
        found.first().map(|it| &it.tokens),
        Some(&new.tokens),
        "after sign-in"
    );
    for fields in [r#"{"ok":true}"#, "{}"] {
        let later = with_extra(fields)?;
        adapter.update_tokens(&new.key, later.clone()).await?;
        let found = adapter.accounts(&ada.id).await?;
        ensure_eq!(found.first().map(|it| &it.tokens), Some(&later), "later");
    }
    Ok(())
}
