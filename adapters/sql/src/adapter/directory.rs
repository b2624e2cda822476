//! This file lists users, a page at a time.
//!
//! Each page is filled from the database's rows, of which only those count whose member is exactly the
//! one that was asked for: `"1"` is not 1, and 1 is not 1.0.

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, UserDirectory, UserQuery},
    model::{User, UserId},
};
use serde_json::{Value as Json, json};

use super::{About, SqlAdapter};
use crate::{
    driver::{Driver, Value},
    record,
    schema::Ids,
    statement::{Arg, Arguments, Statement},
};

#[async_trait]
impl<D: Driver> UserDirectory for SqlAdapter<D> {
    async fn users(&self, query: &UserQuery) -> Result<Vec<User>, AdapterError> {
        let Some((name, value)) = &query.extra else {
            let users = &self.statements.directory.users;
            return self
                .page_of_users(users, query, query.after.as_ref(), &Vec::new())
                .await;
        };
        let member = member_values(name, value)?;
        let statement = self.statements.directory.with_member.as_ref();
        let statement = statement.ok_or(MEMBER)?;
        let limit = query.limit as usize;
        let (mut found, mut after) = (Vec::new(), query.after.clone());
        while found.len() < limit {
            let page = self
                .page_of_users(statement, query, after.as_ref(), &member)
                .await?;
            let Some(last) = page.last() else { break };
            let is_last_page = page.len() < limit;
            after = Some(last.id.clone());
            found.extend(
                page.into_iter()
                    .filter(|user| user.extra.get(name) == Some(value)),
            );
            if is_last_page {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }
}

impl<D: Driver> SqlAdapter<D> {
    async fn page_of_users(
        &self,
        statement: &Statement,
        query: &UserQuery,
        after: Option<&UserId>,
        member: &Arguments,
    ) -> Result<Vec<User>, AdapterError> {
        let after = match (after, self.form.ids) {
            (Some(id), _) => record::user_id_value(self.form, id),
            // Before all that there are.
            (None, Ids::Text) => "".into(),
            (None, Ids::Counted) => i64::MIN.into(),
            (None, Ids::Uuid) => "00000000-0000-0000-0000-000000000000".into(),
        };
        let mut values = vec![
            (Arg::After, after),
            (Arg::Limit, i64::from(query.limit).into()),
        ];
        values.extend(member.iter().cloned());
        let rows = self.rows(statement, &values, About::User).await?;
        rows.into_iter().map(record::user).collect()
    }
}

const MEMBER: AdapterError = AdapterError::Refused { what: "member" };

/// What a member must be, in the ways in which databases ask for it.
fn member_values(name: &str, value: &Json) -> Result<Arguments, AdapterError> {
    let (text, number, truth) = match value {
        Json::String(text) if !text.contains('\0') => (Some(text.clone()), None, None),
        Json::Number(number) => (None, Some(number.to_string()), None),
        Json::Bool(truth) => (None, None, Some(truth.to_string())),
        _ => return Err(MEMBER),
    };
    if name.contains('\0') {
        return Err(MEMBER);
    }
    Ok(vec![
        (Arg::MemberObject, json!({ name: value }).to_string().into()),
        (Arg::Member, name.into()),
        (Arg::MemberText, Value::from(text)),
        (Arg::MemberNumber, Value::from(number)),
        (Arg::MemberTruth, Value::from(truth)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_numbers_and_truth_values_can_be_looked_for() {
        for value in [json!("a"), json!(""), json!(1), json!(0.5), json!(true)] {
            assert!(member_values("plan", &value).is_ok(), "{value}");
        }
        for value in [json!(null), json!([]), json!({}), json!("a\0")] {
            assert!(member_values("plan", &value).is_err(), "{value}");
        }
        assert!(member_values("a\0", &json!(1)).is_err());
    }
}
