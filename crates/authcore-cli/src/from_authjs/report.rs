//! This file is what `authcore migrate from-authjs` tells people: what there is, what stands in the way
//! and how it is mended, and what to do next.

use authcore_sql::{Copied, Ended, Hindrance, Hindrances, Origin, Part, Survey};

use super::{Did, Outcome, providers::Standing};
use crate::keys::many;

pub(super) fn of(outcome: &Outcome<'_>) -> String {
    let mut lines = vec![format!(
        "{}: the tables of {}",
        outcome.named.name(),
        maker(outcome.tables.origin())
    )];
    match &outcome.did {
        Did::Looked(survey) | Did::Hindered(survey) | Did::Adopted(survey, _) => {
            surveyed(&mut lines, outcome, survey);
        }
        Did::Copied(copied) => tallied(&mut lines, outcome, copied),
    }
    next(&mut lines, outcome);
    lines.join("\n")
}

/// Whose tables they are, among people.
pub(super) fn maker(origin: Origin) -> &'static str {
    match origin {
        Origin::Authjs => "Auth.js's SQL adapters (@auth/pg-adapter)",
        Origin::Drizzle => "@auth/drizzle-adapter",
        Origin::Prisma => "@auth/prisma-adapter",
    }
}

fn surveyed(lines: &mut Vec<String>, outcome: &Outcome<'_>, survey: &Survey) {
    let tables = &outcome.tables;
    for part in tables.parts() {
        let rows = survey.rows.get(&part).copied().unwrap_or_default();
        let live = match part {
            Part::Sessions => format!(", {} live", survey.live_sessions),
            Part::Verifications => format!(", {} live", survey.live_verifications),
            _ => String::new(),
        };
        lines.push(format!(
            "  {}: {}{live}",
            tables.name(part),
            many(rows, "row")
        ));
    }
    let providers: Vec<_> = survey.providers.iter().collect();
    if !providers.is_empty() {
        lines.push("providers".to_owned());
    }
    for (id, accounts) in providers {
        let note = Standing::of(id).note(id);
        let named = if id.is_empty() { "(others)" } else { id };
        let note = if note.is_empty() {
            note
        } else {
            format!("; {note}")
        };
        lines.push(format!("  {named}: {}{note}", many(*accounts, "account")));
    }
    own_columns(lines, outcome);
    if survey.spelled_otherwise > 0 {
        lines.push(format!(
            "{} in upper case or with spaces: a copy has them in lower case; where tables are adopted \
             they are not found by address, as Auth.js does not find them",
            many(survey.spelled_otherwise, "address").replace("addresss", "addresses")
        ));
    }
    hindered(lines, outcome, &survey.hindrances);
    for (table, column) in tables.misfits() {
        lines.push(format!(
            "  {table}.{column} is of another kind than authcore works with: --copy reads it, --adopt \
             does not take it"
        ));
    }
    stopped(lines, survey.ended);
}

fn own_columns(lines: &mut Vec<String>, outcome: &Outcome<'_>) {
    let tables = &outcome.tables;
    let own: Vec<_> = tables
        .own_columns()
        // As Rust writes a text: nothing in a name reaches the terminal as it is.
        .map(|(part, name)| match name.escape_debug().to_string() {
            plain if plain == name => format!("{}.{name}", tables.name(part)),
            escaped => format!("{}.\"{escaped}\"", tables.name(part)),
        })
        .collect();
    if !own.is_empty() {
        lines.push(format!(
            "columns of the application's own: {}; --copy leaves them, but for those of {} that --extra \
             names",
            own.join(", "),
            tables.name(Part::Users)
        ));
    }
}

fn tallied(lines: &mut Vec<String>, outcome: &Outcome<'_>, copied: &Copied) {
    for part in outcome.tables.parts() {
        let tally = copied.tallies.get(&part).copied().unwrap_or_default();
        let over = match part {
            Part::Sessions | Part::Verifications => format!(", {} had ended", tally.over),
            _ => String::new(),
        };
        lines.push(format!(
            "  {}: {} copied, {} were there or have been copied before{over}",
            part.as_str().replace('_', " "),
            tally.copied,
            tally.present
        ));
        if part == Part::Verifications && tally.copied > 0 {
            lines.push(
                "    a link of Auth.js's lands where no attempt of its browser is known: who waits for one \
                 asks for another, unless the application takes it at a route of its own (see the book)"
                    .to_owned(),
            );
        }
    }
}

fn hindered(lines: &mut Vec<String>, outcome: &Outcome<'_>, hindrances: &Hindrances) {
    if hindrances.is_empty() {
        return;
    }
    lines.push("in the way".to_owned());
    for ((part, hindrance), count) in hindrances {
        let (what, mend) = told(*hindrance);
        let table = outcome.tables.name(*part);
        lines.push(format!("  {table}: {what}: {count}\n    mend: {mend}"));
    }
}

/// What it is, and its mend.
fn told(hindrance: Hindrance) -> (&'static str, &'static str) {
    match hindrance {
        Hindrance::EmailTwice => (
            "e-mail addresses of several users",
            "leave each to one, and set it to NULL in the others",
        ),
        Hindrance::EmailCase => (
            "e-mail addresses that differ in case only",
            "join these users, or set the address to NULL in all but one",
        ),
        Hindrance::EmailUnreadable => (
            "e-mail addresses that are none",
            "correct them, or set them to NULL",
        ),
        Hindrance::AccountTwice => (
            "accounts that are there several times",
            "leave one of each (provider, providerAccountId)",
        ),
        Hindrance::SessionTwice => (
            "sessions that are there several times",
            "remove them, and these people sign in again",
        ),
        Hindrance::OfNobody => ("rows of a user who is not there", "remove them"),
        Hindrance::UserNotCopied => ("rows of a user who was not copied", "see above"),
        Hindrance::ProviderId => (
            "provider's ids that can be none here",
            "write them in a-z, 0-9 and -, and give your provider file that id",
        ),
        Hindrance::Subject => (
            "providerAccountIds that are empty, longer than 255 characters, or have control characters",
            "correct or remove them",
        ),
        Hindrance::AccountKind => (
            "accounts of no known type",
            "it is oauth, oidc, email, credentials or webauthn",
        ),
        Hindrance::Id => (
            "ids that are empty or longer than 255 bytes",
            "correct or remove them",
        ),
        Hindrance::NoKey => (
            "rows without what tells them from all others",
            "remove them",
        ),
        Hindrance::TooLong => (
            "rows with a text that is too long (4096 bytes of what they are known by, a mebibyte of a \
             picture, 65536 bytes of anything else)",
            "shorten it, or set it to NULL",
        ),
        Hindrance::Expires => ("rows without a readable end", "remove them"),
        Hindrance::PasskeyTwice => (
            "passkeys that are there several times",
            "leave one of each credentialID",
        ),
        Hindrance::NoAccount => (
            "passkeys without an account, with which Auth.js lets nobody in",
            "remove them",
        ),
        Hindrance::OwnersDiffer => (
            "passkeys of one user whose account is another's",
            "remove them, and these people register their passkeys again",
        ),
        Hindrance::CredentialId => (
            "credentialIDs that are no base64, or not of 1 to 1023 bytes",
            "remove them",
        ),
        Hindrance::PublicKey => (
            "credentialPublicKeys that are no base64, or empty",
            "remove them",
        ),
        Hindrance::Counter => (
            "counters that are no whole number from 0 to 4294967295",
            "remove these passkeys",
        ),
        Hindrance::DeviceType => (
            "passkeys of no known device type, or that do not say whether they are backed up",
            "it is singleDevice or multiDevice",
        ),
        Hindrance::Token => (
            "verification tokens that are no SHA-256 in hexadecimal digits",
            "remove them, and these people ask for another link",
        ),
        Hindrance::Taken => (
            "rows whose account or e-mail address is another user's in authcore's tables",
            "decide whose it is, and remove the other",
        ),
        Hindrance::Refused => (
            "rows with a value that the database does not take in our tables",
            "shorten it",
        ),
        _ => ("rows that cannot be ours", "remove them"),
    }
}

fn stopped(lines: &mut Vec<String>, ended: Ended) {
    if ended == Ended::Stopped {
        lines.push("stopped before the end: run this again to go on".to_owned());
    }
}

fn next(lines: &mut Vec<String>, outcome: &Outcome<'_>) {
    let tables = &outcome.tables;
    match &outcome.did {
        Did::Looked(survey) => {
            let way = match survey.hindrances.is_empty() {
                true => "nothing stands in the way",
                false => {
                    "mend what stands in the way; --copy leaves those rows out and counts them"
                }
            };
            lines.push(format!("next: {way}"));
            lines.push(
                "  --copy   into authcore's own tables: tokens sealed, sessions hashed".into(),
            );
            lines.push(match tables.misfits().is_empty() {
                true => "  --adopt  the tables as they are: Auth.js can go on beside".to_owned(),
                false => "  --adopt  is not possible: see above".to_owned(),
            });
        }
        Did::Hindered(_) => {
            lines.push("nothing was changed: mend what stands in the way, or use --copy".into());
        }
        Did::Adopted(_, steps) => {
            lines.push(match (tables.origin(), steps) {
                (Origin::Prisma, _) => {
                    "Prisma keeps its tables itself, and nothing was added: give \
                    Account and Session `@@index([userId])`, Session and VerificationToken \
                    `@@index([expires])`"
                        .to_owned()
                }
                (_, 0) => "nothing was due: the tables are ready".to_owned(),
                (_, steps) => format!("{} done: the tables are ready", many(*steps as u64, "step")),
            });
            lines.push(outcome.rust());
        }
        Did::Copied(copied) => {
            hindered(lines, outcome, &copied.hindrances);
            stopped(lines, copied.ended);
            lines.push(outcome.rust());
        }
    }
}
