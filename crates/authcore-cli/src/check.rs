//! This file checks provider files: every mistake with its line, its key and its mend, and what is
//! allowed but not wise.

use authcore::{
    provider::spec::{ProviderSpec, SpecError, SpecWarning},
    transport::HttpClient,
};
use clap::Args;
use serde_json::{Value, json};

use super::{
    Done, Failure, Verdict,
    live::{self, Finding},
    source::{Variables, read},
};

/// Check provider files.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Provider files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Also ask the issuer for its discovery document, and compare.
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    variables: Variables,
    /// Print JSON: a list of `file`, `ok`, `errors`, `warnings`, `live`.
    #[arg(long)]
    json: bool,
}

/// What was found in one file.
struct Found {
    file: String,
    errors: Vec<SpecError>,
    warnings: Vec<SpecWarning>,
    live: Option<Vec<Finding>>,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let mut all = Vec::new();
        for file in &self.files {
            all.push(self.look_at(file)?);
        }
        let verdict = match all.iter().all(Found::is_fine) {
            true => Verdict::Well,
            false => Verdict::NotWell,
        };
        let output = if self.json {
            format!("{:#}", all.iter().map(Found::json).collect::<Value>())
        } else {
            all.iter().map(Found::text).collect::<Vec<_>>().join("\n")
        };
        Ok(Done { output, verdict })
    }

    fn look_at(&self, file: &str) -> Result<Found, Failure> {
        let text = read(file)?;
        let mut found = Found {
            file: file.to_owned(),
            errors: Vec::new(),
            warnings: Vec::new(),
            live: None,
        };
        match ProviderSpec::from_toml_named(file, &text) {
            Ok(spec) => {
                found.warnings = spec.warnings();
                if self.live {
                    let filled = self.variables.of(&spec)?;
                    let client = HttpClient::builder().build();
                    found.live = Some(live::wait(live::look(&spec, &filled, &client))?);
                }
            }
            Err(errors) => found.errors = errors.errors,
        }
        Ok(found)
    }
}

impl Found {
    fn is_fine(&self) -> bool {
        let live = self.live.iter().flatten();
        self.errors.is_empty() && !live.into_iter().any(Finding::is_wrong)
    }

    fn json(&self) -> Value {
        let errors = self.errors.iter().map(|error| {
            json!({
                "line": error.line, "key": error.key, "what": error.what, "mend": error.mend,
            })
        });
        let warnings = self
            .warnings
            .iter()
            .map(|warning| json!({ "key": warning.key, "what": warning.what }));
        json!({
            "file": self.file,
            "ok": self.is_fine(),
            "errors": errors.collect::<Vec<_>>(),
            "warnings": warnings.collect::<Vec<_>>(),
            "live": self.live.as_ref().map(|all| all.iter().map(Finding::json).collect::<Value>()),
        })
    }

    fn text(&self) -> String {
        let mut lines = Vec::new();
        for error in &self.errors {
            match error.line {
                Some(line) => lines.push(format!("{}:{line}: {error}", self.file)),
                None => lines.push(format!("{}: {error}", self.file)),
            }
        }
        for warning in &self.warnings {
            lines.push(format!("{}: warning: {warning}", self.file));
        }
        for finding in self.live.iter().flatten() {
            lines.push(format!("{}: live: {finding}", self.file));
        }
        if self.is_fine() {
            lines.push(format!("{}: fine", self.file));
        }
        lines.join("\n")
    }
}
