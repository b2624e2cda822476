//! Whole logins with a provider that is played: as it should be, odd, down, and hostile.

mod access_token;
mod agreed;
mod attacks;
mod documents;
mod features;
mod oauth2;
mod oidc;
mod own_kind;
mod reach;
mod refresh;
mod repeated;
mod revoke;
mod signed;
mod stage;
