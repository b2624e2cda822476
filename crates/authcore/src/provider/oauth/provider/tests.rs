//! Whole logins with a provider that is played: as it should be, odd, down, and hostile.

mod attacks;
mod oauth2;
mod oidc;
mod refresh;
mod stage;
