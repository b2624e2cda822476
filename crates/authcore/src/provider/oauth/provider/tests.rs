//! Whole logins with a provider that is played: as it should be, odd, down, and hostile.

mod access_token;
mod attacks;
mod features;
mod oauth2;
mod oidc;
mod own_kind;
mod refresh;
mod repeated;
mod revoke;
mod signed;
mod stage;
