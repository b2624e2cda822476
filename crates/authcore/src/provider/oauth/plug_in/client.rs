//! This file fills in how the application proves who it is, and which tenants are let in.
//!
//! The attack it stops: a key that cannot sign, or a tenant's name where its id belongs, is found at
//! start-up and not by the first visitor.

use super::Filling;
use crate::{
    config::Problem,
    model::Secret,
    oauth::{
        assertion::{Assertion, Signer, jwk_id},
        registration::Registration,
        tenant::TenantRule,
    },
    provider::spec::{AssertionAlgorithm, ClientAuth, Template},
};

impl Filling<'_> {
    /// The secret, if one is set.
    pub(super) fn given_secret(&self) -> Option<Secret> {
        let given = self.given.client_secret.clone();
        let secret = given.or_else(|| self.env("SECRET").map(Secret::from));
        secret.filter(|secret| !secret.expose().trim().is_empty())
    }

    pub(super) fn client_secret(&mut self) -> Option<Secret> {
        let secret = self.given_secret();
        let auth = self.spec.client_auth;
        let is_sent = self.spec.has_secret() && !auth.has_key();
        if secret.is_none() && (is_sent || self.spec.names_secret()) {
            let mend = match self.renamed("SECRET") {
                Some(mend) => mend,
                None => format!(
                    "{} `{}SECRET`, or `client_secret` in code",
                    self.console(),
                    self.prefix
                ),
            };
            self.wrong(Problem::new(
                "client_secret_missing",
                "it has no client secret",
                mend,
            ));
        }
        secret
    }

    /// Whether a variable is needed for nothing but a signature that was made beforehand.
    pub(super) fn is_signed_already(&self, variable: &str) -> bool {
        let Some(assertion) = &self.spec.client_assertion else {
            return false;
        };
        let parts = [
            &assertion.key,
            &assertion.key_id,
            &assertion.issuer,
            &assertion.audience,
        ];
        self.spec.client_auth == ClientAuth::SignedSecret
            && self.given_secret().is_some()
            && parts
                .into_iter()
                .flatten()
                .any(|template| template.placeholders().any(|place| place == variable))
    }

    pub(super) fn assertion(&mut self, registration: &Registration) -> Option<Assertion> {
        let auth = match self.spec.client_auth {
            // Made ready for a server that offers nothing else.
            ClientAuth::Discovered => ClientAuth::ClientSecretJwt,
            auth => auth,
        };
        let is_signed = auth == ClientAuth::SignedSecret && registration.client_secret.is_some();
        if !auth.signs() || is_signed {
            return None;
        }
        let said = self.spec.client_assertion.clone().unwrap_or_default();
        let fill = |template: &Option<Template>| registration.url(template.as_ref()?, None);
        let (signer, own_id) = match auth {
            ClientAuth::ClientSecretJwt => {
                let algorithm = said.algorithm.unwrap_or(AssertionAlgorithm::Hs256);
                let secret = registration.client_secret.clone()?;
                (Signer::secret(algorithm, secret), None)
            }
            // A key that is not filled in was told already.
            _ => {
                // Not as a template: a key has line breaks, which a template takes for an attack.
                let variable = said.key.as_ref()?.placeholders().next()?.to_owned();
                let text = registration.lookup(&variable)?;
                let algorithm = said.algorithm.unwrap_or_default();
                (self.key(algorithm, &text)?, jwk_id(&text))
            }
        };
        Some(Assertion {
            signer,
            key_id: fill(&said.key_id).or(own_id),
            issuer: fill(&said.issuer),
            audience: fill(&said.audience),
        })
    }

    fn key(&mut self, algorithm: AssertionAlgorithm, text: &str) -> Option<Signer> {
        let signer = Signer::read(algorithm, text);
        if signer.is_none() {
            let kind = match algorithm {
                AssertionAlgorithm::Es256 => "a P-256 key",
                AssertionAlgorithm::Es384 => "a P-384 key",
                AssertionAlgorithm::Es512 => "a P-521 key",
                AssertionAlgorithm::EdDsa => "an Ed25519 key",
                _ => "an RSA key of 2048 bits or more",
            };
            self.wrong(Problem::new(
                "client_key_invalid",
                format!(
                    "its private key is not {kind}, as {} needs it",
                    algorithm.name()
                ),
                "set the whole file, from `-----BEGIN PRIVATE KEY-----` to the end, without a pass \
                 phrase (line breaks may be written as `\\n`), or a JWK",
            ));
        }
        signer
    }

    pub(super) fn tenant(&mut self, registration: &Registration) -> Option<TenantRule> {
        let rule = self.spec.id_token.issuer.as_ref()?;
        // What is not filled in was told already.
        let configured = registration.issuer.as_deref()?;
        let tenants = match &rule.tenants {
            Some(template) => registration.url(template, None)?,
            None => String::new(),
        };
        // The tenant's own place is filled in with every token.
        let marked = rule.template.as_str().replace("{tenantid}", "{{tenantid}}");
        let template = Template::parse(&marked).ok()?;
        let filled = registration.url(&template, None)?;
        let made = TenantRule::new(&filled, configured, &tenants, &rule.except);
        if made.is_none() {
            self.wrong(Problem::new(
                "tenant_invalid",
                "a tenant that is let in is no UUID",
                "write tenants by their ids, such as `72f988bf-86f1-41af-91ab-2d7cd011db47`, with \
                 spaces or commas between them",
            ));
        }
        made
    }
}
