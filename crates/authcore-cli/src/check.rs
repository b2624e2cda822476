//! This file checks provider files: every mistake with its line, its key and its mend, and what is
//! allowed but not wise.

use authcore::{
    provider::spec::{Protocol, ProviderSpec, SpecError, SpecWarning},
    transport::HttpClient,
};
use clap::Args;
use serde_json::{Value, json};

use super::{
    Done, Failure, Verdict,
    knock::State,
    live::{self, Finding},
    rounds::{self, Line},
    source::{Variables, read},
};

/// Check provider files.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Provider files.
    #[arg(required_unless_present = "catalogue", value_name = "FILE")]
    files: Vec<String>,
    /// Every provider of the catalogue, with --live: as --lines.
    #[arg(long, requires = "live", conflicts_with = "files")]
    catalogue: bool,
    /// With --live: one line for each provider, for a schedule.
    #[arg(long, requires = "live")]
    lines: bool,
    /// Also ask the issuer for its discovery document, and compare; and knock at the token endpoint.
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
        if self.catalogue || self.lines {
            return self.go_round();
        }
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

    /// Asks each provider, the files' or the catalogue's, and says one line of it.
    fn go_round(&self) -> Result<Done, Failure> {
        let mut all = Vec::new();
        for file in &self.files {
            let spec = ProviderSpec::from_toml_named(file, &read(file)?)
                .map_err(|errors| Failure(format!("{file} cannot be used\n{errors}")))?;
            let filled = self.variables.of(&spec)?;
            all.push((spec, filled));
        }
        let catalogue = authcore_providers::all().iter().filter(|_| self.catalogue);
        for entry in catalogue {
            let provider = (entry.provider)();
            // The catalogue's own tests read every file.
            if let Ok(spec) = provider.spec()
                && spec.protocol != Protocol::Custom
            {
                all.push((spec.clone(), Variables::default().of(spec)?));
            }
        }
        let client = HttpClient::builder().build();
        let lines = live::wait(rounds::ask(all, client))?;
        let verdict = match lines.iter().any(|line| line.state == State::Wrong) {
            true => Verdict::NotWell,
            false => Verdict::Well,
        };
        let output = match self.json {
            true => format!("{:#}", lines.iter().map(Line::json).collect::<Value>()),
            false => lines.iter().map(|line| format!("{line}\n")).collect(),
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
                    let compared = live::wait(live::compare(&spec, &filled, &client))?;
                    let knocked = live::wait(rounds::at_token(&spec, &filled, &client))?;
                    found.live = Some(compared.findings.into_iter().chain(knocked).collect());
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
