//! This file starts the demo with what cannot be: it says everything that is wrong, each with its
//! mend, ends with a code other than zero, and leaves nothing behind.

use std::{fs, net::TcpListener};

use crate::program::{Demo, folder, refused};

fn codes(stderr: &str) -> Vec<&str> {
    let lines = stderr.lines().filter(|line| line.starts_with("- "));
    let codes = lines.filter_map(|line| line.strip_suffix(']')?.rsplit_once('['));
    codes.map(|(_, code)| code).collect()
}

#[tokio::test]
async fn all_mistakes_are_said_at_once_and_nothing_is_made() {
    let folder = folder();
    let ended = refused(
        folder.path(),
        &[
            ("PORT", "many"),
            ("AUTH_URL", "http://example.org/api/auth"),
            ("AUTH_SECRET", "canary-short"),
            ("DATABASE_URL", "oracle://canary:canary@db.example.org/app"),
            ("AUTH_SESSION", "paper"),
            ("AUTH_SCHEMA", "mine"),
            ("AUTH_PROVIDERS_DIR", "no-such-folder"),
            ("AUTH_WIKIMEDA_ID", "x"),
            ("AUTH_GOOGLE_SECRET", "canary"),
            ("AUTH_GITHUB_ID", "x"),
            ("AUTH_OP_ID", "x"),
            ("AUTH_OP_SECRET", "canary"),
        ],
    )
    .await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        codes(&ended.stderr),
        [
            "port_unusable",
            "database_unknown",
            "setting_unknown",
            "setting_unknown",
            "providers_dir_unreadable",
            "variable_unread",
            "variable_unread",
            "url_unusable",
            "secret_too_short",
            "client_secret_missing",
            "variable_missing",
        ],
        "{}",
        ended.stderr
    );
    assert_eq!(ended.stderr.matches("\n  mend: ").count(), 11);
    assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_database_server_that_hangs_up_is_said_without_the_url() {
    for kind in ["postgres", "mysql"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || listener.incoming().for_each(drop));
        let url = format!("{kind}://user:canary@127.0.0.1:{port}/app");
        let ended = refused(folder().path(), &[("DATABASE_URL", &url)]).await;
        assert_eq!(ended.code, Some(1));
        assert_eq!(codes(&ended.stderr), ["database_unusable"]);
        let mend = format!("set DATABASE_URL to {kind}://");
        assert!(ended.stderr.contains(&mend), "{}", ended.stderr);
        assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_said() {
    let demo = Demo::fresh(&[]).await;
    let ended = refused(folder().path(), &[("PORT", &demo.port())]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(codes(&ended.stderr), ["port_taken"]);
    assert!(ended.stderr.contains(&demo.port()), "{}", ended.stderr);
}

#[tokio::test]
async fn a_port_that_another_program_has_at_the_other_localhost_is_said() {
    let Ok(other) = TcpListener::bind("[::1]:0") else {
        // Without IPv6 there is no other localhost.
        return;
    };
    let port = other.local_addr().unwrap().port().to_string();
    let ended = refused(folder().path(), &[("PORT", &port)]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(codes(&ended.stderr), ["port_taken"]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_and_left_alone() {
    let folder = folder();
    let file = folder.path().join("garbage.db");
    let garbage = "this is a shopping list and no database, ".repeat(40);
    fs::write(&file, &garbage).unwrap();
    let ended = refused(folder.path(), &[("DATABASE_URL", "sqlite:garbage.db")]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(codes(&ended.stderr), ["database_unusable"]);
    assert!(
        ended.stderr.contains("file is not a database"),
        "{}",
        ended.stderr
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), garbage);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_with_both_of_its_mends() {
    let folder = folder();
    // A file where the folder should be: this stops a superuser too, whom permissions do not.
    fs::write(folder.path().join("demo-data"), "").unwrap();
    let ended = refused(folder.path(), &[]).await;
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        codes(&ended.stderr),
        ["secret_unusable", "database_unusable"]
    );
    assert!(ended.stderr.contains("set AUTH_SECRET"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("set DATABASE_URL"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_provider_file_with_mistakes_is_named_with_each_of_them() {
    let folder = folder();
    fs::write(
        folder.path().join("club.toml"),
        "id = \"club\"\nname = \"The Club\"\nprotocol = \"oauth9\"\nscope = []\n",
    )
    .unwrap();
    let ended = refused(folder.path(), &[("AUTH_PROVIDERS_DIR", ".")]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("club.toml"), "{}", ended.stderr);
    let codes = codes(&ended.stderr);
    assert!(codes.len() >= 2, "{}", ended.stderr);
    assert!(
        codes.iter().all(|code| *code == "provider_data"),
        "{codes:?}"
    );
}
