//! This file is the catalogue of providers: each is a folder of data, with code where its protocol is
//! neither OAuth 2 nor OpenID Connect, a feature and a module.
//!
//! ```toml
//! authcore-providers = { version = "0.1", features = ["wikimedia", "github"] }
//! ```
//!
//! ```
//! # #[cfg(feature = "wikimedia")] {
//! use authcore_providers::wikimedia;
//!
//! // The id and the secret come from AUTH_WIKIMEDIA_ID and AUTH_WIKIMEDIA_SECRET when they are not
//! // set in code.
//! let provider = wikimedia::provider().client_id("…").client_secret("…");
//! # }
//! ```
//!
//! [`all`] lists what the enabled features bring, [`by_id`] finds one, and [`from_env`] finds those that
//! the environment asks for, so that an application can choose at run time. A provider of one's own is the same kind of file, read with
//! [`OAuth::from_toml`](authcore::provider::OAuth::from_toml).

#[macro_use]
mod entry;
mod former;
mod from_env;
mod typed;

pub use entry::{AnyProvider, Entry};
pub use from_env::{FromEnv, from_env};
pub use typed::{ProfileError, odd_members};

/// The providers whose features are enabled, by id.
#[must_use]
pub fn all() -> &'static [Entry] {
    ALL
}

/// The provider of this id, if its feature is enabled. An id that it had before gives it under that id:
/// callback URL, environment variables and stored accounts stay as they were.
#[must_use]
pub fn by_id(id: &str) -> Option<AnyProvider> {
    let of = |id: &str| ALL.iter().find(|entry| entry.id == id);
    match of(id) {
        Some(entry) => Some((entry.provider)()),
        None => of(former::present(id)?).map(|entry| (entry.provider)().id(id)),
    }
}

/// The ids that providers had before, each with the one that it has now.
#[must_use]
pub fn former_ids() -> &'static [(&'static str, &'static str)] {
    former::FORMER
}

// <providers> kept by `cargo xtask providers`
#[cfg(feature = "42-school")]
#[path = "../42-school/mod.rs"]
pub mod _42_school;
#[cfg(feature = "airtable")]
#[path = "../airtable/mod.rs"]
pub mod airtable;
#[cfg(feature = "amazon")]
#[path = "../amazon/mod.rs"]
pub mod amazon;
#[cfg(feature = "anilist")]
#[path = "../anilist/mod.rs"]
pub mod anilist;
#[cfg(feature = "apple")]
#[path = "../apple/mod.rs"]
pub mod apple;
#[cfg(feature = "asana")]
#[path = "../asana/mod.rs"]
pub mod asana;
#[cfg(feature = "asgardeo")]
#[path = "../asgardeo/mod.rs"]
pub mod asgardeo;
#[cfg(feature = "atlassian")]
#[path = "../atlassian/mod.rs"]
pub mod atlassian;
#[cfg(feature = "auth0")]
#[path = "../auth0/mod.rs"]
pub mod auth0;
#[cfg(feature = "authelia")]
#[path = "../authelia/mod.rs"]
pub mod authelia;
#[cfg(feature = "authentik")]
#[path = "../authentik/mod.rs"]
pub mod authentik;
#[cfg(feature = "azure-ad-b2c")]
#[path = "../azure-ad-b2c/mod.rs"]
pub mod azure_ad_b2c;
#[cfg(feature = "bankid-no")]
#[path = "../bankid-no/mod.rs"]
pub mod bankid_no;
#[cfg(feature = "battlenet")]
#[path = "../battlenet/mod.rs"]
pub mod battlenet;
#[cfg(feature = "beyondidentity")]
#[path = "../beyondidentity/mod.rs"]
pub mod beyondidentity;
#[cfg(feature = "bitbucket")]
#[path = "../bitbucket/mod.rs"]
pub mod bitbucket;
#[cfg(feature = "box")]
#[path = "../box/mod.rs"]
pub mod box_;
#[cfg(feature = "boxyhq-saml")]
#[path = "../boxyhq-saml/mod.rs"]
pub mod boxyhq_saml;
#[cfg(feature = "bungie")]
#[path = "../bungie/mod.rs"]
pub mod bungie;
#[cfg(feature = "canva")]
#[path = "../canva/mod.rs"]
pub mod canva;
#[cfg(feature = "casdoor")]
#[path = "../casdoor/mod.rs"]
pub mod casdoor;
#[cfg(feature = "cilogon")]
#[path = "../cilogon/mod.rs"]
pub mod cilogon;
#[cfg(feature = "clerk")]
#[path = "../clerk/mod.rs"]
pub mod clerk;
#[cfg(feature = "click-up")]
#[path = "../click-up/mod.rs"]
pub mod click_up;
#[cfg(feature = "codeberg")]
#[path = "../codeberg/mod.rs"]
pub mod codeberg;
#[cfg(feature = "cognito")]
#[path = "../cognito/mod.rs"]
pub mod cognito;
#[cfg(feature = "coinbase")]
#[path = "../coinbase/mod.rs"]
pub mod coinbase;
#[cfg(feature = "concept2")]
#[path = "../concept2/mod.rs"]
pub mod concept2;
#[cfg(feature = "descope")]
#[path = "../descope/mod.rs"]
pub mod descope;
#[cfg(feature = "digitalocean")]
#[path = "../digitalocean/mod.rs"]
pub mod digitalocean;
#[cfg(feature = "dingtalk")]
#[path = "../dingtalk/mod.rs"]
pub mod dingtalk;
#[cfg(feature = "discord")]
#[path = "../discord/mod.rs"]
pub mod discord;
#[cfg(feature = "docusign")]
#[path = "../docusign/mod.rs"]
pub mod docusign;
#[cfg(feature = "douyin")]
#[path = "../douyin/mod.rs"]
pub mod douyin;
#[cfg(feature = "dribbble")]
#[path = "../dribbble/mod.rs"]
pub mod dribbble;
#[cfg(feature = "dropbox")]
#[path = "../dropbox/mod.rs"]
pub mod dropbox;
#[cfg(feature = "duende-identity-server6")]
#[path = "../duende-identity-server6/mod.rs"]
pub mod duende_identity_server6;
#[cfg(feature = "epic-games")]
#[path = "../epic-games/mod.rs"]
pub mod epic_games;
#[cfg(feature = "etsy")]
#[path = "../etsy/mod.rs"]
pub mod etsy;
#[cfg(feature = "eventbrite")]
#[path = "../eventbrite/mod.rs"]
pub mod eventbrite;
#[cfg(feature = "eveonline")]
#[path = "../eveonline/mod.rs"]
pub mod eveonline;
#[cfg(feature = "facebook")]
#[path = "../facebook/mod.rs"]
pub mod facebook;
#[cfg(feature = "faceit")]
#[path = "../faceit/mod.rs"]
pub mod faceit;
#[cfg(feature = "figma")]
#[path = "../figma/mod.rs"]
pub mod figma;
#[cfg(feature = "forgejo")]
#[path = "../forgejo/mod.rs"]
pub mod forgejo;
#[cfg(feature = "foursquare")]
#[path = "../foursquare/mod.rs"]
pub mod foursquare;
#[cfg(feature = "franceconnect")]
#[path = "../franceconnect/mod.rs"]
pub mod franceconnect;
#[cfg(feature = "freshbooks")]
#[path = "../freshbooks/mod.rs"]
pub mod freshbooks;
#[cfg(feature = "frontegg")]
#[path = "../frontegg/mod.rs"]
pub mod frontegg;
#[cfg(feature = "fusionauth")]
#[path = "../fusionauth/mod.rs"]
pub mod fusionauth;
#[cfg(feature = "gitea")]
#[path = "../gitea/mod.rs"]
pub mod gitea;
#[cfg(feature = "gitee")]
#[path = "../gitee/mod.rs"]
pub mod gitee;
#[cfg(feature = "github")]
#[path = "../github/mod.rs"]
pub mod github;
#[cfg(feature = "gitlab")]
#[path = "../gitlab/mod.rs"]
pub mod gitlab;
#[cfg(feature = "globus")]
#[path = "../globus/mod.rs"]
pub mod globus;
#[cfg(feature = "google")]
#[path = "../google/mod.rs"]
pub mod google;
#[cfg(feature = "gov-uk-one-login")]
#[path = "../gov-uk-one-login/mod.rs"]
pub mod gov_uk_one_login;
#[cfg(feature = "heroku")]
#[path = "../heroku/mod.rs"]
pub mod heroku;
#[cfg(feature = "hubspot")]
#[path = "../hubspot/mod.rs"]
pub mod hubspot;
#[cfg(feature = "huggingface")]
#[path = "../huggingface/mod.rs"]
pub mod huggingface;
#[cfg(feature = "hydra")]
#[path = "../hydra/mod.rs"]
pub mod hydra;
#[cfg(feature = "instagram")]
#[path = "../instagram/mod.rs"]
pub mod instagram;
#[cfg(feature = "intuit")]
#[path = "../intuit/mod.rs"]
pub mod intuit;
#[cfg(feature = "kakao")]
#[path = "../kakao/mod.rs"]
pub mod kakao;
#[cfg(feature = "kanidm")]
#[path = "../kanidm/mod.rs"]
pub mod kanidm;
#[cfg(feature = "keycloak")]
#[path = "../keycloak/mod.rs"]
pub mod keycloak;
#[cfg(feature = "kick")]
#[path = "../kick/mod.rs"]
pub mod kick;
#[cfg(feature = "kinde")]
#[path = "../kinde/mod.rs"]
pub mod kinde;
#[cfg(feature = "lark")]
#[path = "../lark/mod.rs"]
pub mod lark;
#[cfg(feature = "lichess")]
#[path = "../lichess/mod.rs"]
pub mod lichess;
#[cfg(feature = "line")]
#[path = "../line/mod.rs"]
pub mod line;
#[cfg(feature = "linear")]
#[path = "../linear/mod.rs"]
pub mod linear;
#[cfg(feature = "linkedin")]
#[path = "../linkedin/mod.rs"]
pub mod linkedin;
#[cfg(feature = "login-gov")]
#[path = "../login-gov/mod.rs"]
pub mod login_gov;
#[cfg(feature = "logto")]
#[path = "../logto/mod.rs"]
pub mod logto;
#[cfg(feature = "mailchimp")]
#[path = "../mailchimp/mod.rs"]
pub mod mailchimp;
#[cfg(feature = "mastodon")]
#[path = "../mastodon/mod.rs"]
pub mod mastodon;
#[cfg(feature = "mattermost")]
#[path = "../mattermost/mod.rs"]
pub mod mattermost;
#[cfg(feature = "mediawiki")]
#[path = "../mediawiki/mod.rs"]
pub mod mediawiki;
#[cfg(feature = "meetup")]
#[path = "../meetup/mod.rs"]
pub mod meetup;
#[cfg(feature = "microsoft-entra-id")]
#[path = "../microsoft-entra-id/mod.rs"]
pub mod microsoft_entra_id;
#[cfg(feature = "musicbrainz")]
#[path = "../musicbrainz/mod.rs"]
pub mod musicbrainz;
#[cfg(feature = "myanimelist")]
#[path = "../myanimelist/mod.rs"]
pub mod myanimelist;
#[cfg(feature = "naver")]
#[path = "../naver/mod.rs"]
pub mod naver;
#[cfg(feature = "netlify")]
#[path = "../netlify/mod.rs"]
pub mod netlify;
#[cfg(feature = "netsuite")]
#[path = "../netsuite/mod.rs"]
pub mod netsuite;
#[cfg(feature = "nextcloud")]
#[path = "../nextcloud/mod.rs"]
pub mod nextcloud;
#[cfg(feature = "notion")]
#[path = "../notion/mod.rs"]
pub mod notion;
#[cfg(feature = "oauth2")]
#[path = "../oauth2/mod.rs"]
pub mod oauth2;
#[cfg(feature = "oidc")]
#[path = "../oidc/mod.rs"]
pub mod oidc;
#[cfg(feature = "okta")]
#[path = "../okta/mod.rs"]
pub mod okta;
#[cfg(feature = "onelogin")]
#[path = "../onelogin/mod.rs"]
pub mod onelogin;
#[cfg(feature = "openstreetmap")]
#[path = "../openstreetmap/mod.rs"]
pub mod openstreetmap;
#[cfg(feature = "orcid")]
#[path = "../orcid/mod.rs"]
pub mod orcid;
#[cfg(feature = "osu")]
#[path = "../osu/mod.rs"]
pub mod osu;
#[cfg(feature = "patreon")]
#[path = "../patreon/mod.rs"]
pub mod patreon;
#[cfg(feature = "paypal")]
#[path = "../paypal/mod.rs"]
pub mod paypal;
#[cfg(feature = "ping-id")]
#[path = "../ping-id/mod.rs"]
pub mod ping_id;
#[cfg(feature = "pinterest")]
#[path = "../pinterest/mod.rs"]
pub mod pinterest;
#[cfg(feature = "pipedrive")]
#[path = "../pipedrive/mod.rs"]
pub mod pipedrive;
#[cfg(feature = "pocket-id")]
#[path = "../pocket-id/mod.rs"]
pub mod pocket_id;
#[cfg(feature = "polar")]
#[path = "../polar/mod.rs"]
pub mod polar;
#[cfg(feature = "qq")]
#[path = "../qq/mod.rs"]
pub mod qq;
#[cfg(feature = "railway")]
#[path = "../railway/mod.rs"]
pub mod railway;
#[cfg(feature = "rauthy")]
#[path = "../rauthy/mod.rs"]
pub mod rauthy;
#[cfg(feature = "reddit")]
#[path = "../reddit/mod.rs"]
pub mod reddit;
#[cfg(feature = "roblox")]
#[path = "../roblox/mod.rs"]
pub mod roblox;
#[cfg(feature = "rocketchat")]
#[path = "../rocketchat/mod.rs"]
pub mod rocketchat;
#[cfg(feature = "salesforce")]
#[path = "../salesforce/mod.rs"]
pub mod salesforce;
#[cfg(feature = "shopify")]
#[path = "../shopify/mod.rs"]
pub mod shopify;
#[cfg(feature = "simplelogin")]
#[path = "../simplelogin/mod.rs"]
pub mod simplelogin;
#[cfg(feature = "slack")]
#[path = "../slack/mod.rs"]
pub mod slack;
#[cfg(feature = "snapchat")]
#[path = "../snapchat/mod.rs"]
pub mod snapchat;
#[cfg(feature = "soundcloud")]
#[path = "../soundcloud/mod.rs"]
pub mod soundcloud;
#[cfg(feature = "spotify")]
#[path = "../spotify/mod.rs"]
pub mod spotify;
#[cfg(feature = "stack-exchange")]
#[path = "../stack-exchange/mod.rs"]
pub mod stack_exchange;
#[cfg(feature = "steam")]
#[path = "../steam/mod.rs"]
pub mod steam;
#[cfg(feature = "strava")]
#[path = "../strava/mod.rs"]
pub mod strava;
#[cfg(feature = "stripe")]
#[path = "../stripe/mod.rs"]
pub mod stripe;
#[cfg(feature = "supabase")]
#[path = "../supabase/mod.rs"]
pub mod supabase;
#[cfg(feature = "telegram")]
#[path = "../telegram/mod.rs"]
pub mod telegram;
#[cfg(feature = "threads")]
#[path = "../threads/mod.rs"]
pub mod threads;
#[cfg(feature = "tiktok")]
#[path = "../tiktok/mod.rs"]
pub mod tiktok;
#[cfg(feature = "todoist")]
#[path = "../todoist/mod.rs"]
pub mod todoist;
#[cfg(feature = "trakt")]
#[path = "../trakt/mod.rs"]
pub mod trakt;
#[cfg(feature = "tumblr")]
#[path = "../tumblr/mod.rs"]
pub mod tumblr;
#[cfg(feature = "twitch")]
#[path = "../twitch/mod.rs"]
pub mod twitch;
#[cfg(feature = "twitter")]
#[path = "../twitter/mod.rs"]
pub mod twitter;
#[cfg(feature = "united-effects")]
#[path = "../united-effects/mod.rs"]
pub mod united_effects;
#[cfg(feature = "vercel")]
#[path = "../vercel/mod.rs"]
pub mod vercel;
#[cfg(feature = "vimeo")]
#[path = "../vimeo/mod.rs"]
pub mod vimeo;
#[cfg(feature = "vipps")]
#[path = "../vipps/mod.rs"]
pub mod vipps;
#[cfg(feature = "vk")]
#[path = "../vk/mod.rs"]
pub mod vk;
#[cfg(feature = "webex")]
#[path = "../webex/mod.rs"]
pub mod webex;
#[cfg(feature = "wechat")]
#[path = "../wechat/mod.rs"]
pub mod wechat;
#[cfg(feature = "weibo")]
#[path = "../weibo/mod.rs"]
pub mod weibo;
#[cfg(feature = "wikimedia")]
#[path = "../wikimedia/mod.rs"]
pub mod wikimedia;
#[cfg(feature = "withings")]
#[path = "../withings/mod.rs"]
pub mod withings;
#[cfg(feature = "wordpress")]
#[path = "../wordpress/mod.rs"]
pub mod wordpress;
#[cfg(feature = "workos")]
#[path = "../workos/mod.rs"]
pub mod workos;
#[cfg(feature = "xero")]
#[path = "../xero/mod.rs"]
pub mod xero;
#[cfg(feature = "yahoo")]
#[path = "../yahoo/mod.rs"]
pub mod yahoo;
#[cfg(feature = "yandex")]
#[path = "../yandex/mod.rs"]
pub mod yandex;
#[cfg(feature = "zitadel")]
#[path = "../zitadel/mod.rs"]
pub mod zitadel;
#[cfg(feature = "zoho")]
#[path = "../zoho/mod.rs"]
pub mod zoho;
#[cfg(feature = "zoom")]
#[path = "../zoom/mod.rs"]
pub mod zoom;

const ALL: &[Entry] = &[
    #[cfg(feature = "42-school")]
    _42_school::ENTRY,
    #[cfg(feature = "airtable")]
    airtable::ENTRY,
    #[cfg(feature = "amazon")]
    amazon::ENTRY,
    #[cfg(feature = "anilist")]
    anilist::ENTRY,
    #[cfg(feature = "apple")]
    apple::ENTRY,
    #[cfg(feature = "asana")]
    asana::ENTRY,
    #[cfg(feature = "asgardeo")]
    asgardeo::ENTRY,
    #[cfg(feature = "atlassian")]
    atlassian::ENTRY,
    #[cfg(feature = "auth0")]
    auth0::ENTRY,
    #[cfg(feature = "authelia")]
    authelia::ENTRY,
    #[cfg(feature = "authentik")]
    authentik::ENTRY,
    #[cfg(feature = "azure-ad-b2c")]
    azure_ad_b2c::ENTRY,
    #[cfg(feature = "bankid-no")]
    bankid_no::ENTRY,
    #[cfg(feature = "battlenet")]
    battlenet::ENTRY,
    #[cfg(feature = "beyondidentity")]
    beyondidentity::ENTRY,
    #[cfg(feature = "bitbucket")]
    bitbucket::ENTRY,
    #[cfg(feature = "box")]
    box_::ENTRY,
    #[cfg(feature = "boxyhq-saml")]
    boxyhq_saml::ENTRY,
    #[cfg(feature = "bungie")]
    bungie::ENTRY,
    #[cfg(feature = "canva")]
    canva::ENTRY,
    #[cfg(feature = "casdoor")]
    casdoor::ENTRY,
    #[cfg(feature = "cilogon")]
    cilogon::ENTRY,
    #[cfg(feature = "clerk")]
    clerk::ENTRY,
    #[cfg(feature = "click-up")]
    click_up::ENTRY,
    #[cfg(feature = "codeberg")]
    codeberg::ENTRY,
    #[cfg(feature = "cognito")]
    cognito::ENTRY,
    #[cfg(feature = "coinbase")]
    coinbase::ENTRY,
    #[cfg(feature = "concept2")]
    concept2::ENTRY,
    #[cfg(feature = "descope")]
    descope::ENTRY,
    #[cfg(feature = "digitalocean")]
    digitalocean::ENTRY,
    #[cfg(feature = "dingtalk")]
    dingtalk::ENTRY,
    #[cfg(feature = "discord")]
    discord::ENTRY,
    #[cfg(feature = "docusign")]
    docusign::ENTRY,
    #[cfg(feature = "douyin")]
    douyin::ENTRY,
    #[cfg(feature = "dribbble")]
    dribbble::ENTRY,
    #[cfg(feature = "dropbox")]
    dropbox::ENTRY,
    #[cfg(feature = "duende-identity-server6")]
    duende_identity_server6::ENTRY,
    #[cfg(feature = "epic-games")]
    epic_games::ENTRY,
    #[cfg(feature = "etsy")]
    etsy::ENTRY,
    #[cfg(feature = "eventbrite")]
    eventbrite::ENTRY,
    #[cfg(feature = "eveonline")]
    eveonline::ENTRY,
    #[cfg(feature = "facebook")]
    facebook::ENTRY,
    #[cfg(feature = "faceit")]
    faceit::ENTRY,
    #[cfg(feature = "figma")]
    figma::ENTRY,
    #[cfg(feature = "forgejo")]
    forgejo::ENTRY,
    #[cfg(feature = "foursquare")]
    foursquare::ENTRY,
    #[cfg(feature = "franceconnect")]
    franceconnect::ENTRY,
    #[cfg(feature = "freshbooks")]
    freshbooks::ENTRY,
    #[cfg(feature = "frontegg")]
    frontegg::ENTRY,
    #[cfg(feature = "fusionauth")]
    fusionauth::ENTRY,
    #[cfg(feature = "gitea")]
    gitea::ENTRY,
    #[cfg(feature = "gitee")]
    gitee::ENTRY,
    #[cfg(feature = "github")]
    github::ENTRY,
    #[cfg(feature = "gitlab")]
    gitlab::ENTRY,
    #[cfg(feature = "globus")]
    globus::ENTRY,
    #[cfg(feature = "google")]
    google::ENTRY,
    #[cfg(feature = "gov-uk-one-login")]
    gov_uk_one_login::ENTRY,
    #[cfg(feature = "heroku")]
    heroku::ENTRY,
    #[cfg(feature = "hubspot")]
    hubspot::ENTRY,
    #[cfg(feature = "huggingface")]
    huggingface::ENTRY,
    #[cfg(feature = "hydra")]
    hydra::ENTRY,
    #[cfg(feature = "instagram")]
    instagram::ENTRY,
    #[cfg(feature = "intuit")]
    intuit::ENTRY,
    #[cfg(feature = "kakao")]
    kakao::ENTRY,
    #[cfg(feature = "kanidm")]
    kanidm::ENTRY,
    #[cfg(feature = "keycloak")]
    keycloak::ENTRY,
    #[cfg(feature = "kick")]
    kick::ENTRY,
    #[cfg(feature = "kinde")]
    kinde::ENTRY,
    #[cfg(feature = "lark")]
    lark::ENTRY,
    #[cfg(feature = "lichess")]
    lichess::ENTRY,
    #[cfg(feature = "line")]
    line::ENTRY,
    #[cfg(feature = "linear")]
    linear::ENTRY,
    #[cfg(feature = "linkedin")]
    linkedin::ENTRY,
    #[cfg(feature = "login-gov")]
    login_gov::ENTRY,
    #[cfg(feature = "logto")]
    logto::ENTRY,
    #[cfg(feature = "mailchimp")]
    mailchimp::ENTRY,
    #[cfg(feature = "mastodon")]
    mastodon::ENTRY,
    #[cfg(feature = "mattermost")]
    mattermost::ENTRY,
    #[cfg(feature = "mediawiki")]
    mediawiki::ENTRY,
    #[cfg(feature = "meetup")]
    meetup::ENTRY,
    #[cfg(feature = "microsoft-entra-id")]
    microsoft_entra_id::ENTRY,
    #[cfg(feature = "musicbrainz")]
    musicbrainz::ENTRY,
    #[cfg(feature = "myanimelist")]
    myanimelist::ENTRY,
    #[cfg(feature = "naver")]
    naver::ENTRY,
    #[cfg(feature = "netlify")]
    netlify::ENTRY,
    #[cfg(feature = "netsuite")]
    netsuite::ENTRY,
    #[cfg(feature = "nextcloud")]
    nextcloud::ENTRY,
    #[cfg(feature = "notion")]
    notion::ENTRY,
    #[cfg(feature = "oauth2")]
    oauth2::ENTRY,
    #[cfg(feature = "oidc")]
    oidc::ENTRY,
    #[cfg(feature = "okta")]
    okta::ENTRY,
    #[cfg(feature = "onelogin")]
    onelogin::ENTRY,
    #[cfg(feature = "openstreetmap")]
    openstreetmap::ENTRY,
    #[cfg(feature = "orcid")]
    orcid::ENTRY,
    #[cfg(feature = "osu")]
    osu::ENTRY,
    #[cfg(feature = "patreon")]
    patreon::ENTRY,
    #[cfg(feature = "paypal")]
    paypal::ENTRY,
    #[cfg(feature = "ping-id")]
    ping_id::ENTRY,
    #[cfg(feature = "pinterest")]
    pinterest::ENTRY,
    #[cfg(feature = "pipedrive")]
    pipedrive::ENTRY,
    #[cfg(feature = "pocket-id")]
    pocket_id::ENTRY,
    #[cfg(feature = "polar")]
    polar::ENTRY,
    #[cfg(feature = "qq")]
    qq::ENTRY,
    #[cfg(feature = "railway")]
    railway::ENTRY,
    #[cfg(feature = "rauthy")]
    rauthy::ENTRY,
    #[cfg(feature = "reddit")]
    reddit::ENTRY,
    #[cfg(feature = "roblox")]
    roblox::ENTRY,
    #[cfg(feature = "rocketchat")]
    rocketchat::ENTRY,
    #[cfg(feature = "salesforce")]
    salesforce::ENTRY,
    #[cfg(feature = "shopify")]
    shopify::ENTRY,
    #[cfg(feature = "simplelogin")]
    simplelogin::ENTRY,
    #[cfg(feature = "slack")]
    slack::ENTRY,
    #[cfg(feature = "snapchat")]
    snapchat::ENTRY,
    #[cfg(feature = "soundcloud")]
    soundcloud::ENTRY,
    #[cfg(feature = "spotify")]
    spotify::ENTRY,
    #[cfg(feature = "stack-exchange")]
    stack_exchange::ENTRY,
    #[cfg(feature = "steam")]
    steam::ENTRY,
    #[cfg(feature = "strava")]
    strava::ENTRY,
    #[cfg(feature = "stripe")]
    stripe::ENTRY,
    #[cfg(feature = "supabase")]
    supabase::ENTRY,
    #[cfg(feature = "telegram")]
    telegram::ENTRY,
    #[cfg(feature = "threads")]
    threads::ENTRY,
    #[cfg(feature = "tiktok")]
    tiktok::ENTRY,
    #[cfg(feature = "todoist")]
    todoist::ENTRY,
    #[cfg(feature = "trakt")]
    trakt::ENTRY,
    #[cfg(feature = "tumblr")]
    tumblr::ENTRY,
    #[cfg(feature = "twitch")]
    twitch::ENTRY,
    #[cfg(feature = "twitter")]
    twitter::ENTRY,
    #[cfg(feature = "united-effects")]
    united_effects::ENTRY,
    #[cfg(feature = "vercel")]
    vercel::ENTRY,
    #[cfg(feature = "vimeo")]
    vimeo::ENTRY,
    #[cfg(feature = "vipps")]
    vipps::ENTRY,
    #[cfg(feature = "vk")]
    vk::ENTRY,
    #[cfg(feature = "webex")]
    webex::ENTRY,
    #[cfg(feature = "wechat")]
    wechat::ENTRY,
    #[cfg(feature = "weibo")]
    weibo::ENTRY,
    #[cfg(feature = "wikimedia")]
    wikimedia::ENTRY,
    #[cfg(feature = "withings")]
    withings::ENTRY,
    #[cfg(feature = "wordpress")]
    wordpress::ENTRY,
    #[cfg(feature = "workos")]
    workos::ENTRY,
    #[cfg(feature = "xero")]
    xero::ENTRY,
    #[cfg(feature = "yahoo")]
    yahoo::ENTRY,
    #[cfg(feature = "yandex")]
    yandex::ENTRY,
    #[cfg(feature = "zitadel")]
    zitadel::ENTRY,
    #[cfg(feature = "zoho")]
    zoho::ENTRY,
    #[cfg(feature = "zoom")]
    zoom::ENTRY,
];
// </providers>
