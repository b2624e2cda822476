//! This file prints the profile that comes out of an answer.
//!
//! An answer that does not fit is told by the pointer that failed and by the kind of thing that stood
//! there; what stood there is a person's and is not repeated.

use std::io::Read;

use authcore::provider::Profile;
use clap::Args;
use serde_json::{Value, json};

use super::{
    Done, Failure, Verdict,
    source::{Source, Variables, read},
};

/// Print the profile that comes out of an answer, which is read from standard input.
#[derive(Debug, Args)]
pub(crate) struct Map {
    #[command(flatten)]
    source: Source,
    /// A file with the token endpoint's answer, for providers that say something there.
    #[arg(long, value_name = "FILE")]
    token: Option<String>,
    #[command(flatten)]
    variables: Variables,
    /// Print JSON: `subject`, `name`, `email`, `email_verified`, `image`, `extra`; or `error`.
    #[arg(long)]
    json: bool,
}

impl Map {
    pub(crate) fn run(&self) -> Result<Done, Failure> {
        let spec = self.source.spec()?;
        let variables = self.variables.of(&spec)?;
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure(format!("standard input cannot be read: {error}")))?;
        let answer = parsed("standard input", &text)?;
        let token = match &self.token {
            Some(file) => parsed(file, &read(file)?)?,
            None => Value::Null,
        };
        let Some(inner) = answer.pointer(&spec.envelope) else {
            return Ok(self.refused(&spec.envelope, "there is nothing"));
        };
        let lookup = |place: &str| match place.strip_prefix("token.") {
            Some(member) => word(token.get(member)?),
            None => variables.get(place).cloned(),
        };
        Ok(match spec.profile.apply(inner, &lookup) {
            Ok((subject, profile)) => {
                let shown = shown(subject.as_str(), &profile);
                Done::well(match self.json {
                    true => format!("{shown:#}"),
                    false => lines(&shown),
                })
            }
            Err(error) => self.refused(&error.pointer, &error.found.to_string()),
        })
    }

    fn refused(&self, pointer: &str, found: &str) -> Done {
        let output = match self.json {
            true => format!(
                "{:#}",
                json!({ "error": { "pointer": pointer, "found": found } })
            ),
            false => format!("nobody: at `{pointer}` {found}"),
        };
        Done {
            output,
            verdict: Verdict::NotWell,
        }
    }
}

fn shown(subject: &str, profile: &Profile) -> Value {
    json!({
        "subject": subject,
        "name": profile.name,
        "email": profile.email.as_ref().map(|email| email.address.as_str()),
        "email_verified": profile.email.as_ref().map(|email| email.verified),
        "image": profile.image,
        "extra": profile.extra,
    })
}

fn lines(shown: &Value) -> String {
    let members = shown.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| !value.is_null() && **value != json!({}))
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name:<15} {text}"),
            other => format!("{name:<15} {other}"),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn parsed(name: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        // The reader's words have their place at the end, and nothing of what was read.
        let said = error.to_string();
        let why = said.split(" at line ").next().unwrap_or_default();
        Failure(format!(
            "{name} is not JSON (line {}, column {}): {why}\n  mend: give the answer's body as it came",
            error.line(),
            error.column()
        ))
    })
}
