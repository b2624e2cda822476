//! Whole logins with a provider that is played: as it should be, odd, down, and hostile.

mod attacks;
mod features;
mod oauth2;
mod oidc;
mod refresh;
mod signed;
mod stage;
