//! This file checks what must not be there: clocks, chance and sockets outside their one door, a
//! provider's id in the core, unsafe code, global state.

use super::{Finding, rust, tree::Tree};

const CORE: &str = "crates/authcore/src/";

/// Words that may stand only behind one door of the core, and what to use elsewhere.
const DOORS: &[(&str, &[&str], &str)] = &[
    (
        "clock.rs",
        &["SystemTime", "Instant", "now_utc", "now_v7"],
        "the time comes from `clock::Clock`, so that tests can set it",
    ),
    (
        "random.rs",
        &[
            "getrandom",
            "OsRng",
            "thread_rng",
            "ThreadRng",
            "new_v4",
            "new_random",
            "generate_key",
        ],
        "random bytes come from `random`, which reports when there are none",
    ),
    (
        "transport",
        &[
            "reqwest",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "ToSocketAddrs",
            "lookup_host",
        ],
        "the network is reached through `transport::Transport`, whose limits hold for everyone",
    ),
    (
        "config/env.rs",
        &["vars_os", "var_os", "vars"],
        "the environment comes as `config::Env`",
    ),
];

/// Time, chance, the network and the environment have one door each.
pub(crate) fn time_chance_and_network_have_one_door(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust(CORE).filter(|file| !file.is_test()) {
        let place = file.path.strip_prefix(CORE).unwrap_or_default();
        for (door, words, instead) in DOORS {
            if place == *door
                || place.starts_with(&format!("{door}.rs"))
                || place.starts_with(&format!("{door}/"))
            {
                continue;
            }
            for (line, word) in rust::words(&file.shipped) {
                // `feature = "reqwest"` is blanked already; `transport::HttpClient` is our own name.
                if words.contains(&word) {
                    findings.push(Finding::refused(
                        &file.path,
                        line,
                        format!("`{word}` outside {door}: {instead}"),
                    ));
                }
            }
        }
    }
    findings
}

/// Ids of catalogue entries that are words of the protocols as well.
const PROTOCOL_WORDS: &[&str] = &["oidc", "oauth2", "email", "credentials"];

/// No text of the core is a provider's id: what is special about one is data, or a named built-in.
pub(crate) fn no_provider_id_in_the_core(tree: &Tree) -> Vec<Finding> {
    let ids: Vec<&str> = tree
        .folders("providers")
        .into_iter()
        .filter(|id| tree.has(&format!("providers/{id}/provider.toml")))
        .filter(|id| !PROTOCOL_WORDS.contains(id))
        .collect();
    let mut findings = Vec::new();
    for file in tree.rust(CORE).filter(|file| !file.is_test()) {
        for (line, literal) in rust::literals(&file.text, &file.shipped) {
            if ids.contains(&literal) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("the core speaks of `{literal}`; say it in the provider's data"),
                ));
            }
        }
    }
    findings
}

/// No unsafe code anywhere, no global state in what is published.
pub(crate) fn no_unsafe_and_no_global_state(tree: &Tree) -> Vec<Finding> {
    const STATE: &[&str] = &[
        "Mutex", "RwLock", "OnceLock", "OnceCell", "LazyLock", "RefCell",
    ];
    let mut findings = Vec::new();
    for file in tree.rust("") {
        for (line, _) in rust::words(&file.code).filter(|(_, word)| *word == "unsafe") {
            findings.push(Finding::refused(&file.path, line, "unsafe code"));
        }
        let published = ["crates/authcore", "providers/", "adapters/"]
            .iter()
            .any(|folder| file.path.starts_with(folder));
        if !published || file.is_test() {
            continue;
        }
        for (number, line) in file.shipped.lines().enumerate() {
            let item = line
                .trim_start()
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ");
            let global = item.starts_with("static ") || item.starts_with("thread_local!");
            let changes = item.starts_with("static mut ")
                || item.starts_with("thread_local!")
                || STATE.iter().any(|word| item.contains(word))
                || item.contains("Atomic");
            if global && changes {
                findings.push(Finding::refused(
                    &file.path,
                    number + 1,
                    "global state; let the value live in what needs it",
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    #[test]
    fn a_second_clock_or_socket_is_found_and_the_doors_are_not() {
        let tree = tree(&[
            (
                "crates/authcore/src/clock.rs",
                "//! x\nuse std::time::SystemTime;\n",
            ),
            (
                "crates/authcore/src/transport/client.rs",
                "//! x\nuse reqwest::Client;\n",
            ),
            (
                "crates/authcore/src/login/start.rs",
                "//! SystemTime\nlet a = std::time::Instant::now();\nlet b = Uuid::new_v4();\n",
            ),
            (
                "crates/authcore/src/oauth/keys.rs",
                "//! x\nuse reqwest::get;\n#[cfg(test)]\nmod tests { use std::time::Instant; }\n",
            ),
        ]);
        assert_eq!(
            places(&time_chance_and_network_have_one_door(&tree)),
            [
                "crates/authcore/src/login/start.rs:2",
                "crates/authcore/src/login/start.rs:3",
                "crates/authcore/src/oauth/keys.rs:2",
            ]
        );
    }

    #[test]
    fn a_provider_named_in_the_core_is_found() {
        let tree = tree(&[
            ("providers/github/provider.toml", ""),
            ("providers/oidc/provider.toml", ""),
            (
                "crates/authcore/src/login/finish.rs",
                "//! github\nif id == \"github\" {}\nlet kind = \"oidc\";\n",
            ),
        ]);
        assert_eq!(
            places(&no_provider_id_in_the_core(&tree)),
            ["crates/authcore/src/login/finish.rs:2"]
        );
    }

    #[test]
    fn unsafe_and_global_state_are_found() {
        let tree = tree(&[
            (
                "examples/demo/src/main.rs",
                "//! unsafe\nfn f() { unsafe { g() } }\n",
            ),
            (
                "crates/authcore/src/web/mod.rs",
                "//! x\nstatic CACHE: Mutex<u8> = Mutex::new(0);\nstatic NAME: &str = \"x\";\n",
            ),
        ]);
        assert_eq!(
            places(&no_unsafe_and_no_global_state(&tree)),
            [
                "crates/authcore/src/web/mod.rs:2",
                "examples/demo/src/main.rs:2"
            ]
        );
    }
}
