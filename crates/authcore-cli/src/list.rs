//! This file lists the catalogue.

use authcore::provider::spec::Protocol;
use clap::Args;
use serde_json::{Value, json};

use super::Done;

/// List the providers of the catalogue.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print JSON: a list of `id`, `name`, `kind`.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(&self) -> Done {
        let rows = authcore_providers::all().iter().filter_map(|entry| {
            let provider = (entry.provider)();
            // The catalogue's own tests read every file.
            let spec = provider.spec().ok()?;
            Some((entry.id, entry.name, kind(spec.protocol)))
        });
        if self.json {
            let rows: Vec<Value> = rows
                .map(|(id, name, kind)| json!({ "id": id, "name": name, "kind": kind }))
                .collect();
            return Done::well(format!("{:#}", Value::from(rows)));
        }
        let lines: Vec<String> = rows
            .map(|(id, name, kind)| format!("{id:<26} {kind:<7} {name}"))
            .collect();
        Done::well(lines.join("\n"))
    }
}

/// `oauth2`, `oidc` or `custom`.
pub(crate) fn kind(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::OAuth2 => "oauth2",
        Protocol::Oidc => "oidc",
        Protocol::Custom => "custom",
    }
}
