//! This file tells on standard error how far a long command is: one line that is written anew on a
//! terminal, a line now and then elsewhere.

use std::{
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

/// How far a command is.
pub(crate) struct Progress {
    began: Instant,
    /// When a line was last written, and what it said.
    last: Option<(Instant, u64)>,
    place: Place,
    now: (u64, u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Terminal,
    Elsewhere,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            last: None,
            place: match stderr().is_terminal() {
                true => Place::Terminal,
                false => Place::Elsewhere,
            },
            now: (0, 0),
        }
    }

    /// Notes how many rows are done, and says so unless it was said just before.
    pub(crate) fn tell(&mut self, rows: u64, total: u64) {
        self.now = (rows, total);
        let pause = match self.place {
            Place::Terminal => Duration::from_millis(100),
            Place::Elsewhere => Duration::from_secs(5),
        };
        if self.last.is_none_or(|(at, _)| at.elapsed() >= pause) {
            self.write();
        }
    }

    /// Says the last number, and ends the line.
    pub(crate) fn end(&mut self) {
        if self.last.is_some_and(|(_, rows)| rows != self.now.0) {
            self.write();
        }
        if self.last.is_some() && self.place == Place::Terminal {
            eprintln!();
        }
    }

    fn write(&mut self) {
        let (rows, total) = self.now;
        self.last = Some((Instant::now(), rows));
        let line = line(rows, total, self.began.elapsed());
        match self.place {
            // To the line's beginning, the line, and nothing after it. Who cannot be told goes without.
            Place::Terminal => {
                let written = write!(stderr(), "\r{line}\u{1b}[K");
                written.and_then(|()| stderr().flush()).unwrap_or_default();
            }
            Place::Elsewhere => eprintln!("{line}"),
        }
    }
}

fn line(rows: u64, total: u64, took: Duration) -> String {
    let rate = u128::from(rows) * 1000 / took.as_millis().max(1);
    // Rows may have come since they were counted.
    format!("{rows} of {} rows, {rate} a second", total.max(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_of_how_many_and_how_fast() {
        for (rows, took, told) in [
            (500, 2_000, "500 of 1000 rows, 250 a second"),
            (1_001, 1_000, "1001 of 1001 rows, 1001 a second"),
            (0, 0, "0 of 1000 rows, 0 a second"),
        ] {
            assert_eq!(line(rows, 1_000, Duration::from_millis(took)), told);
        }
    }
}
