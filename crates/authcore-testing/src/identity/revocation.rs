//! This file is the revocation endpoint: it ends a token, and with a refresh token all that came of the same
//! consent.
//!
//! RFC 7009, section 2: the client shows who it is as at the token endpoint; a token that is not known is
//! revoked already; one of another client is not ended.

use http::StatusCode;
use serde_json::json;

use super::{
    Mischief, Received,
    answer::{self, Answer},
    state::{Setting, World},
    token::{self, Form, TokenFault},
};

pub(super) fn answer(setting: &Setting, world: &mut World, request: &Received) -> Answer {
    match revoke(setting, world, request) {
        Ok(()) => answer::json(StatusCode::OK, &json!({})),
        Err(Refused::Request(fault)) => setting.persona.manners().refuse_token(&fault),
        Err(Refused::Kind) => answer::json(
            StatusCode::BAD_REQUEST,
            &json!({"error": "unsupported_token_type"}),
        ),
    }
}

enum Refused {
    Request(TokenFault),
    Kind,
}

impl From<TokenFault> for Refused {
    fn from(fault: TokenFault) -> Self {
        Self::Request(fault)
    }
}

fn revoke(setting: &Setting, world: &mut World, request: &Received) -> Result<(), Refused> {
    let rule = setting.persona.manners().credentials();
    let form = Form::read(rule, request)?;
    let client = token::authenticate(rule, world, request, &form)?.id.clone();
    let token = form.get("token")?;
    let now = setting.now();
    if let Some(refresh) = world.grants.refresh(token) {
        if refresh.consent.client_id != client {
            return Err(TokenFault::OtherClientsRefreshToken.into());
        }
        if world.does(Mischief::RevokesNoRefreshToken) {
            return Err(Refused::Kind);
        }
        world.grants.revoke_family(token);
    } else if let Some(access) = world.grants.access(token, now) {
        if access.consent.client_id != client {
            return Err(TokenFault::OtherClientsRefreshToken.into());
        }
        if world.does(Mischief::RevokesNoAccessToken) {
            return Err(Refused::Kind);
        }
        world.grants.revoke_access(token);
    }
    Ok(())
}
