//! authcore in axum, as whole requests to a whole router.
#![allow(clippy::unwrap_used)] // in what the tests share, a failure is a failed test

mod door;
mod extractors;
mod guard;
mod routes;
