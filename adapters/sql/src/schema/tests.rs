//! This file shows that no name leaves its quotes, and where tables stand.

use super::*;

#[test]
fn a_name_that_could_leave_its_quotes_is_refused() {
    for name in [
        "a\"b", "a`b", "a'b", "a b", "a;b", "1a", "a-b", "ä", "a\0", "sqlite_a", "PG_a",
    ] {
        assert!(Schema::with_prefix(name).is_err(), "{name:?}");
        assert!(Schema::authjs_with_tables("users", name, "s", "t").is_err());
        assert!(Schema::authcore().in_postgres_schema(name).is_err());
        let people = || UserTable::named("people").unwrap();
        assert!(UserTable::named(name).is_err());
        assert!(people().in_postgres_schema(name).is_err());
        assert!(people().id(name, UserIds::Int).is_err());
        assert!(people().name(name).is_err());
        assert!(people().email(name).is_err());
        assert!(people().email_verified(name).is_err());
        assert!(people().image(name).is_err());
        assert!(people().extra(name).is_err());
    }
    assert!(Schema::with_prefix(&"a".repeat(41)).is_err());
}

#[test]
fn a_prefix_stands_before_every_table() {
    let schema = Schema::with_prefix("shop_").unwrap();
    for table in [
        &schema.users,
        &schema.accounts,
        &schema.sessions,
        &schema.attempts,
        &schema.verifications,
        &schema.passkeys,
        &schema.revocations,
        &schema.limits,
        &schema.migrations,
    ] {
        assert!(table.starts_with("shop_"), "{table}");
    }
    assert_eq!(Schema::with_prefix("").unwrap().users, "users");
}

#[test]
fn a_schema_of_postgresql_stands_before_every_table_and_elsewhere_is_refused() {
    let schema = Schema::authcore().in_postgres_schema("auth").unwrap();
    assert!(schema.form(Dialect::Postgres).is_ok());
    assert_eq!(
        schema.quoted(Dialect::Postgres, &schema.users),
        r#""auth"."authcore_users""#
    );
    for other in [Dialect::Sqlite, Dialect::Mysql] {
        assert!(schema.form(other).is_err());
    }
}

#[test]
fn a_table_of_users_of_the_applications_own_stands_where_it_says() {
    let people = UserTable::named("people").unwrap();
    let public = people.clone().in_postgres_schema("public").unwrap();
    let schema = Schema::authcore().in_postgres_schema("auth").unwrap();
    for (people, expected) in [
        (people.clone(), r#""auth"."people""#),
        (public.clone(), r#""public"."people""#),
    ] {
        let schema = schema.clone().with_users(people);
        assert_eq!(schema.quoted(Dialect::Postgres, &schema.users), expected);
        assert_eq!(
            schema.quoted(Dialect::Postgres, &schema.accounts),
            r#""auth"."authcore_accounts""#
        );
    }
    for other in [Dialect::Sqlite, Dialect::Mysql] {
        let schema = Schema::authcore().with_users(public.clone());
        assert!(schema.form(other).is_err());
        assert!(
            Schema::authcore()
                .with_users(people.clone())
                .form(other)
                .is_ok()
        );
    }
    let authjs = Schema::authjs().with_users(people);
    let refused = authjs.form(Dialect::Sqlite).unwrap_err().to_string();
    assert!(refused.contains("Schema::authcore()"), "{refused}");
}
