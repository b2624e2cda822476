//! This file finds the ways to sign in that the environment asks for: those of the catalogue, the files
//! of a folder of one's own, and a plain OpenID provider.

use authcore::config::Env;
use authcore_providers::{FromEnv, from_env, oidc};

/// The id of a plain OpenID provider: `AUTH_OP_ISSUER`, `AUTH_OP_ID`, `AUTH_OP_SECRET`.
const PLAIN: &str = "op";

/// Finds them.
pub(crate) fn asked_for(env: &Env) -> FromEnv {
    let mut found = from_env(env);
    found.ask(env, oidc::provider().id(PLAIN).name("OpenID provider"));
    found
}
