//! This file shows the accounts that a person signs in with, and disconnects one: plain forms, which work
//! without scripts and carry the token that guards authcore's own.

use authcore::{AccountsError, Auth, OwnAccount, adapter::Unlinked, model::AccountKey};
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde_json::Value;

use crate::html::link;

/// Where the forms go.
pub(crate) const DISCONNECT: &str = "/accounts/disconnect";

/// The part of the page; nothing where there is no database.
pub(crate) async fn shown(
    auth: &Auth,
    asked: &HeaderMap,
    token: &str,
) -> Result<Markup, AccountsError> {
    let own = match auth.own_accounts(asked).await {
        Err(AccountsError::NotKept) => return Ok(html! {}),
        own => own?,
    };
    Ok(html! {
        h2 id="accounts" { "How you sign in" }
        ul.sessions {
            @for account in &own { (one(auth, account, token)) }
        }
        p.actions { a.button.second href=(auth.connect_url(&link(auth, "/#accounts"))) { "Connect another account" } }
    })
}

fn one(auth: &Auth, account: &OwnAccount, token: &str) -> Markup {
    html! {
        li {
            p { strong { (account.provider_name) } }
            p.quiet { "Known there as " code { (account.key.subject) } "." }
            @if account.is_last_way_in {
                p.quiet { "Your only way in: connect another account before you disconnect this one." }
            } @else {
                form method="post" action=(link(auth, DISCONNECT)) {
                    input type="hidden" name="csrfToken" value=(token);
                    input type="hidden" name="account" value=(account.key);
                    button.button.second { "Disconnect " (account.provider_name) }
                }
            }
        }
    }
}

/// Disconnects one of the visitor's accounts.
pub(crate) async fn disconnect(
    State(auth): State<Auth>,
    asked: HeaderMap,
    Form(form): Form<Value>,
) -> Response {
    let auth = &auth;
    let text = |name| form.get(name).and_then(Value::as_str);
    if let Err(refused) = auth.check_form(&asked, text("csrfToken")) {
        return (StatusCode::FORBIDDEN, refused.to_string()).into_response();
    }
    // What is no key of an account is nobody's account.
    let Ok(account) = text("account").unwrap_or_default().parse::<AccountKey>() else {
        return Redirect::to(&link(auth, "/#accounts")).into_response();
    };
    match auth.unlink_own_account(&asked, &account).await {
        Ok(Unlinked::Done | Unlinked::NotTheirs) => {
            Redirect::to(&link(auth, "/#accounts")).into_response()
        }
        Ok(Unlinked::LastWayIn) => {
            let text = "This is your only way in: connect another account first.";
            (StatusCode::CONFLICT, text).into_response()
        }
        Err(AccountsError::SignedOut) => Redirect::to(&link(auth, "/")).into_response(),
        Err(AccountsError::NotRecent) => {
            Redirect::to(&auth.sign_in_again_url(&link(auth, "/#accounts"))).into_response()
        }
        Err(AccountsError::NotKept) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}
