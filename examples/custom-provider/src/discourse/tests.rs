//! The provider alone: what it asks, and which answers it refuses.

use authcore::{
    model::{JsonMap, Timestamp},
    provider::Attempt,
    transport::HttpClient,
};

use super::{forum::Forum, *};

const FORUM: Forum = Forum {
    secret: "shared with the forum",
};
const CALLBACK: &str = "https://example.org/api/auth/callback/discourse";

fn provider() -> DiscourseConnect {
    DiscourseConnect::new("discourse", "https://forum.example.org/", FORUM.secret).unwrap()
}

async fn start(attempt: &Attempt) -> String {
    let (none, client) = (Params::default(), HttpClient::builder().build());
    let now = Timestamp::from_millis(0);
    let cx = Start::new(attempt, CALLBACK, &none, &none, &client, now);
    match provider().start(&cx).await.unwrap() {
        Started::Redirect { url, .. } => url,
        other => panic!("{other:?}"),
    }
}

async fn finish(attempt: &Attempt, answered: &str) -> Result<Proof, ProviderError> {
    let query = Url::parse(answered).unwrap();
    let params = Params::parse(query.query().unwrap_or_default().as_bytes()).unwrap();
    let (keep, client) = (JsonMap::new(), HttpClient::builder().build());
    let now = Timestamp::from_millis(0);
    let cx = Finish::new(attempt, CALLBACK, &params, &keep, &client, now);
    provider().finish(&cx).await
}

fn attempt() -> Attempt {
    Attempt::from_seed([7; 32])
}

async fn answered(extra: &[(&str, &str)]) -> Result<Proof, ProviderError> {
    let question = FORUM.read(&start(&attempt()).await);
    let answer = [&[("nonce", question.nonce.as_str())], extra].concat();
    finish(&attempt(), &FORUM.answer(&question.back, &answer)).await
}

#[tokio::test]
async fn the_forum_is_asked_to_send_the_browser_back_with_state() {
    let question = FORUM.read(&start(&attempt()).await);
    assert_eq!(question.nonce, attempt().nonce());
    assert_eq!(
        question.back,
        format!("{CALLBACK}?state={}", attempt().state())
    );
}

#[tokio::test]
async fn an_answer_says_who_it_is() {
    let proof = answered(&[
        ("external_id", "42"),
        ("username", "ada"),
        ("name", "Ada & Co"),
        ("email", "Ada@example.org"),
        ("avatar_url", ""),
        ("groups", "staff,members"),
    ])
    .await
    .unwrap();
    assert_eq!(proof.subject.as_str(), "42");
    assert_eq!(proof.profile.name.as_deref(), Some("Ada & Co"));
    assert_eq!(proof.profile.image, None);
    let email = proof.profile.email.unwrap();
    assert_eq!(email.address.as_str(), "ada@example.org");
    assert!(!email.verified);
    assert_eq!(proof.profile.raw["groups"], "staff,members");
}

#[tokio::test]
async fn an_answer_that_the_forum_did_not_sign_is_refused() {
    let question = FORUM.read(&start(&attempt()).await);
    let answer = [("nonce", question.nonce.as_str()), ("external_id", "42")];
    let forged = Forum { secret: "guessed" }.answer(&question.back, &answer);
    let signature = Err(Misbehaviour::AnswerSignature.into());
    assert_eq!(finish(&attempt(), &forged).await, signature);

    let signed = FORUM.answer(&question.back, &answer);
    let (head, sig) = signed.rsplit_once("sig=").unwrap();
    for sig in ["", &sig[1..], &sig.to_uppercase(), &"0".repeat(64)] {
        assert_eq!(
            finish(&attempt(), &format!("{head}sig={sig}")).await,
            signature
        );
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_refused() {
    let other = FORUM.read(&start(&Attempt::from_seed([8; 32])).await);
    let mine = FORUM.read(&start(&attempt()).await);
    for nonce in [other.nonce.as_str(), ""] {
        let answer = FORUM.answer(&mine.back, &[("nonce", nonce), ("external_id", "42")]);
        assert_eq!(
            finish(&attempt(), &answer).await,
            Err(Misbehaviour::AnswerNonce.into())
        );
    }
}

#[tokio::test]
async fn an_answer_that_names_nobody_is_refused() {
    assert_eq!(
        answered(&[("username", "ada")]).await,
        Err(Misbehaviour::SubjectMissing.into())
    );
    assert_eq!(
        answered(&[("external_id", "")]).await,
        Err(Misbehaviour::SubjectInvalid.into())
    );
}

#[tokio::test]
async fn a_visitor_who_is_not_known_there_is_not_signed_in() {
    assert_eq!(
        answered(&[("failed", "true")]).await,
        Err(ProviderError::Denied)
    );
}

#[tokio::test]
async fn a_callback_without_an_answer_is_refused() {
    let bare = format!("{CALLBACK}?state={}", attempt().state());
    assert_eq!(
        finish(&attempt(), &bare).await,
        Err(Misbehaviour::CodeMissing.into())
    );
}
