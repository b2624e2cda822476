//! This folder visits the demo with Chromium, driven by ChromeDriver: what no browser of ours can
//! vouch for, because it is written by the same hands as the server.
//!
//! ```text
//! driver.rs    a Chromium of its own for each test, ended whatever happens
//! visitor.rs   what a person does and sees: press, read, the Tab key
//! login.rs     whole logins, and what can go wrong in them
//! edges.rs     what happens beside a login: other cookies, Back, a second click, an old session
//! looks.rs     every page in light and dark, wide and at 320 px, as pictures
//! ```

mod driver;
mod edges;
mod login;
mod looks;
mod visitor;
