//! The end of an attempt: from the provider's answer to the open door.
//!
//! Once an attempt is used, a task of its own finishes it: a visitor who clicks twice drops the request of
//! the first click, and would lose the sign-in that it was about to bring. Whoever comes with the same
//! attempt meanwhile waits for its outcome and is given it (`a_double_click_signs_in_once`).

use std::sync::Arc;

use tokio::runtime::Handle;
use tracing::{Instrument, debug_span};

use super::{
    Purpose,
    admit::{self, Entered},
    answer::{self, Answer},
    landing::{Berth, Landing},
    transaction::{self, AttemptFault, Transaction},
};
use crate::{
    context::Context,
    current::{self, Current},
    error::Failure,
    hooks::{Event, Refusal},
    model::{AccountKey, Params, UserId, Visitor},
    provider::{Correlation, Finish, Proof, Provider, ProviderError, ProviderInfo},
    session::SessionContext,
    web::{jar::Jar, redirect, request::Request, response::Response},
};

/// Ends the attempt that an answer belongs to.
#[tracing::instrument(level = "debug", skip_all)]
pub(crate) async fn finish(
    cx: &Arc<Context>,
    request: &Request,
    provider: &dyn Provider,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let info = provider.info();
    let params = match answer::read(cx, request, info)? {
        Answer::Params(params) => params,
        Answer::Hop(response) => return Ok(response),
    };
    let is_refusal = params.get("error").is_some();
    if is_refusal && params.get("state").is_none() && says_no_state(info) {
        // It may be any tab's, or nobody's: it ends no attempt, and the provider is not asked.
        return Err(ProviderError::Denied.into());
    }
    let transaction = transaction::open(cx, jar, info, &params)?;
    let current = current::read(cx, jar).await?;
    if transaction.has_ended() {
        return come_again(&transaction, &current);
    }
    let before = Before::of(cx, &current).await?;
    before.agrees_with(transaction.purpose())?;
    if is_refusal {
        // A refusal ends nothing: the visitor may go back and allow. What proves somebody all the same
        // would contradict itself.
        prove(cx, provider, &transaction, &params).await?;
        return Err(ProviderError::Denied.into());
    }
    let berth = match cx.attempts.landings.begin(&transaction.id()) {
        Berth::Taken(landing) => match landing.await {
            Some(landing) => return Ok(land(cx, jar, landing, &current)),
            None => return come_again(&transaction, &current),
        },
        Berth::Free(berth) => berth,
    };
    let (id, ends_at) = (transaction.id(), transaction.ends_at());
    let adapter = cx.adapter.as_deref();
    let first = cx.attempts.use_once(adapter, &id, ends_at, cx.now());
    if !first.await? {
        return come_again(&transaction, &current);
    }
    let transaction = Arc::new(transaction);
    let (task_cx, task_transaction) = (Arc::clone(cx), Arc::clone(&transaction));
    let (provider, visitor) = (info.id.clone(), request.visitor());
    let task = async move {
        let (cx, transaction) = (task_cx, task_transaction);
        let provider = cx.provider(&provider).ok_or(Failure::UnknownProvider)?;
        let landed = run(&cx, provider, &transaction, &params, visitor, before).await;
        berth.land(landed.as_ref().ok());
        landed
    };
    let task = task.in_current_span();
    let landed = match Handle::try_current() {
        Ok(runtime) => match runtime.spawn(task).await {
            Ok(landed) => landed,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => return Err(AttemptFault::Used.into()),
        },
        Err(_) => task.await,
    };
    match (landed, Arc::into_inner(transaction)) {
        (Ok(landing), Some(transaction)) => {
            transaction::mark_ended(cx, jar, transaction)?;
            Ok(land(cx, jar, landing, &current))
        }
        (Ok(landing), None) => Ok(land(cx, jar, landing, &current)),
        (Err(failure), transaction) => {
            if let Some(transaction) = transaction {
                transaction::forget(cx, jar, &transaction);
            }
            Err(failure)
        }
    }
}

/// Whether this server is known to leave out `state` when the visitor refuses.
fn says_no_state(info: &ProviderInfo) -> bool {
    info.correlation == Correlation::StateExceptOnDenial
}

/// An attempt that has ended: a visitor who is signed in goes where they wanted to, by the back button or a
/// second click.
fn come_again(transaction: &Transaction, current: &Current<'_>) -> Result<Response, Failure> {
    match current.session() {
        Some(_) => Ok(Response::redirect(transaction.callback_url())),
        None => Err(AttemptFault::Used.into()),
    }
}

/// The session that the browser came with, where it lives.
struct Before {
    session: Option<(String, UserId)>,
    id: Option<String>,
}

impl Before {
    async fn of(cx: &Context, current: &Current<'_>) -> Result<Self, Failure> {
        if !current::still_lives(cx, current).await? {
            return Ok(Self {
                session: None,
                id: None,
            });
        }
        let owned = |token: &str| Some((token.to_owned(), current.user_id()?.clone()));
        Ok(Self {
            session: current.token().and_then(owned),
            id: current.id(),
        })
    }

    /// An attempt that was begun for somebody ends with them, or not at all. One that was to sign in does
    /// so whoever has signed in meanwhile in another tab.
    fn agrees_with(&self, purpose: &Purpose) -> Result<(), AttemptFault> {
        let user = self.session.as_ref().map(|(_, user)| user);
        let agrees = match purpose {
            Purpose::SignIn => true,
            Purpose::Connect {
                user: theirs,
                session,
            } => user == Some(theirs) && self.id.as_ref() == Some(session),
            Purpose::StepUp { user: theirs } => user == Some(theirs),
        };
        if agrees {
            Ok(())
        } else {
            Err(AttemptFault::Visitor)
        }
    }

    /// Whether it is as it was: nobody ended it while the provider answered.
    async fn still_lives(&self, cx: &Context) -> Result<bool, Failure> {
        let Some((token, _)) = &self.session else {
            return Ok(true);
        };
        Ok(current::token_lives(cx, token).await?)
    }
}

/// Asks the provider who it is.
async fn prove(
    cx: &Context,
    provider: &dyn Provider,
    transaction: &Transaction,
    params: &Params,
) -> Result<Proof, Failure> {
    let callback_url = cx.callback_url(&provider.info().id);
    let finish = Finish::new(
        transaction.attempt(),
        &callback_url,
        params,
        transaction.keep(),
        cx.transport.as_ref(),
        cx.now(),
    )
    .with_stores(cx.stores());
    let proof = provider.finish(&finish).instrument(debug_span!("provider"));
    Ok(proof.await?)
}

/// From the answer to the session.
async fn run(
    cx: &Context,
    provider: &dyn Provider,
    transaction: &Transaction,
    params: &Params,
    visitor: Visitor,
    before: Before,
) -> Result<Landing, Failure> {
    let info = provider.info();
    let proof = prove(cx, provider, transaction, params).await?;
    tracing::debug!(provider = %info.id, "the provider has proved who it is");
    if !before.still_lives(cx).await? {
        return Err(AttemptFault::SessionEnded.into());
    }
    let key = AccountKey {
        provider: info.id.clone(),
        subject: proof.subject.clone(),
    };
    let linking_to = match transaction.purpose() {
        Purpose::SignIn => None,
        Purpose::Connect { user, .. } => Some(user),
        Purpose::StepUp { user } => {
            is_theirs(cx, &key, user).await?;
            None
        }
    };
    let entered = match admit::admit(cx, info, proof, linking_to).await {
        Err(failure) => {
            tell_refused(cx, &key, linking_to, &failure).await;
            return Err(failure);
        }
        Ok(entered) => entered,
    };
    let admitted = match entered {
        Entered::Admitted(admitted) => admitted,
        Entered::SendTo(url) => {
            let target = redirect::target(cx.hooks.as_ref(), &url, &cx.origin, &cx.base_path);
            return Ok(Landing::without_session(target));
        }
    };
    if let Purpose::StepUp { user } = transaction.purpose()
        && admitted.user.id != *user
    {
        return Err(AttemptFault::StepUp.into());
    }
    let session_context = SessionContext {
        visitor,
        ..cx.session_context()
    };
    let issue = cx.sessions.issue(&session_context, &admitted);
    let Some(issued) = issue.instrument(debug_span!("session")).await? else {
        return Ok(Landing::signed_out(transaction.callback_url().to_owned()));
    };
    if let Some((token, _)) = &before.session {
        current::end_before(cx, token).await;
    }
    cx.hooks
        .event(&Event::SignIn {
            user: &admitted.user,
            account: &admitted.account,
            is_new_user: admitted.is_new_user,
        })
        .await;
    let target = home(cx, transaction.callback_url(), admitted.is_new_user);
    Ok(Landing::signed_in(issued, target))
}

/// Who signs in once more does so with an account of theirs: a stranger's would make a user of its own.
async fn is_theirs(cx: &Context, key: &AccountKey, user: &UserId) -> Result<(), Failure> {
    let Some(adapter) = cx.adapter.as_deref() else {
        return Ok(());
    };
    match adapter.account_owner(key).await? {
        Some(owner) if owner.user.id == *user => Ok(()),
        _ => Err(AttemptFault::StepUp.into()),
    }
}

/// Tells the application of an account that could not be connected.
async fn tell_refused(
    cx: &Context,
    account: &AccountKey,
    linking_to: Option<&UserId>,
    failure: &Failure,
) {
    let (Some(user), Failure::NotLinked | Failure::Denied) = (linking_to, failure) else {
        return;
    };
    let why = match failure {
        Failure::Denied => Refusal::ByTheApplication,
        _ => Refusal::OfAnotherUser,
    };
    cx.hooks
        .event(&Event::AccountRefused { user, account, why })
        .await;
}

/// Gives the browser what came of the attempt.
fn land(cx: &Context, jar: &mut Jar<'_>, landing: Landing, current: &Current<'_>) -> Response {
    match &landing.issued {
        Some(issued) => current::write(cx, jar, issued, current),
        None if landing.forgets => current::forget(jar, current),
        None => {}
    }
    Response::redirect(&landing.target)
}

/// Where the browser goes in the end: a new user first to the application's own page for them.
fn home(cx: &Context, callback_url: &str, is_new_user: bool) -> String {
    match &cx.pages.new_user {
        Some(page) if is_new_user => page.with(&cx.origin, &[("callbackUrl", callback_url)]),
        _ => callback_url.to_owned(),
    }
}
