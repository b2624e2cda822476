//! Tables and secrets on real servers: PostgreSQL and MariaDB. `cargo xtask test` starts them.

mod authjs;

use std::process::{Command, Stdio};

use crate::{
    accounts, from_authjs, migrate, rotate,
    store::{Kind, Place, Running},
};

const KINDS: [Kind; 2] = [Kind::Postgres, Kind::Mysql];

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_a_server_that_moved_are_moved_and_no_others() {
    for kind in KINDS {
        accounts::some_are_moved(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_make_the_tables_once() {
    for kind in KINDS {
        migrate::ten_at_once(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_goes_on() {
    for kind in KINDS {
        migrate::cut_off(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_makes_the_same_tables() {
    for kind in KINDS {
        migrate::printed(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_others_and_of_later_versions_are_left_alone() {
    for kind in KINDS {
        migrate::others(kind).await;
    }
}

/// Somebody who may only read cannot make tables, and is told whom to ask; when they are all there,
/// nothing is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_only_read_is_told_what_to_do() {
    for kind in KINDS {
        let mut place = Place::new(kind).await;
        let (make, allow, drop) = match kind {
            Kind::Postgres => (
                "CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA {name} TO {name}",
                "GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {name}",
                "DROP OWNED BY {name}; DROP ROLE {name}",
            ),
            _ => (
                "CREATE USER {name}@'%'; GRANT SELECT ON {name}.* TO {name}@'%'",
                "GRANT SELECT ON {name}.* TO {name}@'%'",
                "DROP USER {name}@'%'",
            ),
        };
        place.script(make).await;
        let all = place.url.clone();
        let (_, host) = all.split_once('@').unwrap();
        let scheme = all.split("://").next().unwrap();
        let reader = format!("{scheme}://{}@{host}", place.name);
        place.url.clone_from(&reader);
        let refused = place.run(&["migrate"], &[]).await;
        assert_eq!(refused.status, 1);
        assert!(
            refused.err.contains("allowed to make tables"),
            "{}",
            refused.err
        );
        let printed = place.run(&["migrate", "--print"], &[]).await;
        assert!(printed.out.contains("CREATE TABLE"), "{}", printed.err);

        place.url.clone_from(&all);
        assert!(place.run(&["migrate"], &[]).await.is_well());
        place.script(allow).await;
        place.url.clone_from(&reader);
        let nothing = place.run(&["migrate"], &[]).await;
        assert!(nothing.is_well(), "{kind:?}: {}", nothing.err);
        place.url = all;
        place.script(drop).await;
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_rows_are_sealed_again_while_people_sign_in_to_postgresql() {
    rotate::beside_a_writer(Kind::Postgres, 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_rows_are_sealed_again_while_people_sign_in_to_mysql() {
    rotate::beside_a_writer(Kind::Mysql, 10_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_killed_is_taken_up_again() {
    for kind in KINDS {
        rotate::killed(kind).await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn who_interrupts_it_loses_nothing() {
    for kind in KINDS {
        rotate::interrupted(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_secret_opens_is_counted_and_left_as_it_is() {
    for kind in KINDS {
        rotate::wrong_secrets(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_auth_js_left_is_told_and_nothing_is_changed() {
    for kind in KINDS {
        from_authjs::looking::looked_at(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_copied_once_and_what_was_changed_since_stays() {
    for kind in KINDS {
        from_authjs::copying::copied(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_people_are_copied_though_it_is_killed_in_the_middle() {
    for kind in KINDS {
        from_authjs::copying::killed(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_rows_are_counted_and_nobody_is_shown() {
    for kind in KINDS {
        from_authjs::hostile::hostile(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_without_hindrances_are_adopted() {
    for kind in KINDS {
        from_authjs::adopting::adopted(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_megabytes_in_any_column_are_counted_and_left_where_they_are() {
    for kind in KINDS {
        from_authjs::lengths::too_long(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_come_over_with_their_accounts_and_once() {
    for kind in KINDS {
        from_authjs::passkeys::copied(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_that_let_nobody_in_are_counted_and_not_copied() {
    for kind in KINDS {
        from_authjs::passkeys::hostile(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_sent_before_is_proved_once() {
    for kind in KINDS {
        from_authjs::verifications::copied(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_could_never_match_is_counted() {
    for kind in KINDS {
        from_authjs::verifications::hostile(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_one_key_are_all_looked_at() {
    for kind in KINDS {
        from_authjs::hostile::ties(kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_the_server_lacks_is_named() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        let (server, _) = place.url.rsplit_once('/').unwrap();
        for words in [
            &["migrate"][..],
            &["migrate", "--create"],
            &["doctor", "--offline"],
        ] {
            let mut command = place.command(words, &["a secret for tests, 32 bytes long"]);
            command.env("DATABASE_URL", format!("{server}/typo_{}", place.name));
            let run = Running::start(command).end();
            assert_eq!(run.status, 1, "{kind:?}: {}", run.out);
            let said = format!("{}{}", run.out, run.err);
            let named = format!("server has no database \"typo_{}\"", place.name);
            assert!(said.contains(&named), "{kind:?}: {said}");
            assert!(said.contains("CREATE DATABASE"), "{kind:?}: {said}");
        }
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_made_when_it_was_asked_for() {
    let place = Place::new(Kind::Postgres).await;
    let typo = format!("{}_typo", place.name);
    let schemas = format!("SELECT nspname::text FROM pg_namespace WHERE nspname = '{typo}'");
    let run = async |words: &'static [&'static str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_authcore"));
        command.args(words).args(["--postgres-schema", &typo]);
        command.env("DATABASE_URL", &place.url);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::start(command).end()
    };
    let refused = run(&["migrate"]).await;
    assert_eq!(refused.status, 1, "{}", refused.out);
    assert!(
        refused.err.contains(&format!("no schema {typo:?}")),
        "{}",
        refused.err
    );
    assert!(refused.err.contains("--create"), "{}", refused.err);
    assert!(place.texts(&schemas, 1).await.is_empty());
    let made = run(&["migrate", "--create"]).await;
    assert!(made.is_well(), "{}", made.err);
    assert_eq!(place.texts(&schemas, 1).await.len(), 1);
    assert!(run(&["migrate"]).await.is_well());
    place.script(&format!("DROP SCHEMA {typo} CASCADE")).await;
    place.remove().await;
}
