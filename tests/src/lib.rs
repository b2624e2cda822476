//! This crate holds whole logins and whole attacks, in `tests/it`, and compiles every block of Rust
//! that the README and the book show.

#[doc = include_str!("../../README.md")]
mod readme {}

#[doc = include_str!("../../docs/getting-started.md")]
mod getting_started {}

#[doc = include_str!("../../docs/configuration.md")]
mod configuration {}

#[doc = include_str!("../../docs/sessions.md")]
mod sessions {}

#[doc = include_str!("../../docs/accounts.md")]
mod accounts {}

#[doc = include_str!("../../docs/databases.md")]
mod databases {}

#[doc = include_str!("../../docs/command.md")]
mod command {}

#[doc = include_str!("../../docs/machines.md")]
mod machines {}

#[doc = include_str!("../../docs/hooks.md")]
mod hooks {}

#[doc = include_str!("../../docs/providers.md")]
mod providers {}

#[doc = include_str!("../../docs/wire.md")]
mod wire {}

#[doc = include_str!("../../docs/security.md")]
mod security {}

#[doc = include_str!("../../docs/errors.md")]
mod errors {}
