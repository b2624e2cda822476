//! Which servers are the same as before under another address, by the operator's word.

use std::sync::Arc;

use super::Problem;
use crate::{model::ProviderId, provider::Provider};

/// A provider's server that moved.
#[derive(Debug, Clone)]
struct Move {
    provider: String,
    from: String,
    to: String,
}

/// All that moved.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moves(Vec<Move>);

impl Moves {
    pub(super) fn add(&mut self, provider: String, from: String, to: String) {
        self.0.push(Move { provider, from, to });
    }

    /// Whether the server at `from` is the one at `to` now, in one move or several.
    pub(crate) fn lead(&self, provider: &ProviderId, from: &str, to: &str) -> bool {
        let mut reached = vec![from];
        // Each round but the last adds a place: as many as there are moves are enough.
        for _ in &self.0 {
            let theirs = self.0.iter().filter(|it| it.provider == provider.as_str());
            let next = theirs.filter(|it| reached.contains(&it.from.as_str()));
            let next: Vec<_> = next.map(|it| it.to.as_str()).collect();
            reached.extend(next);
            if reached.contains(&to) {
                return true;
            }
            reached.sort_unstable();
            reached.dedup();
        }
        false
    }

    /// What was set and has no effect, which would be noticed by the people who are kept out.
    pub(super) fn problems(&self, providers: &[Arc<dyn Provider>]) -> Vec<Problem> {
        let problem = |it: &Move| {
            let infos = providers.iter().map(|provider| provider.info());
            let mut known = infos.filter(|info| info.id.as_str() == it.provider);
            let Some(info) = known.next() else {
                return Some(Problem::new(
                    "authority_moved",
                    format!(
                        "moved_authority() names `{}`, and no provider has this id",
                        it.provider.escape_debug()
                    ),
                    "name the provider's id, or remove the setting",
                ));
            };
            let now = &info.authority;
            (it.to != *now && !self.lead(&info.id, &it.to, now)).then(|| {
                Problem::new(
                    "authority_moved",
                    format!(
                        "moved_authority() says that `{}` is at `{}` now, but it is at `{now}`",
                        info.id,
                        it.to.escape_debug()
                    ),
                    "name that one as the third argument, or remove the setting",
                )
            })
        };
        self.0.iter().filter_map(problem).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_moves_lead_on_and_none_leads_back() {
        let hub = ProviderId::new("hub").unwrap();
        let other = ProviderId::new("other").unwrap();
        let mut moves = Moves::default();
        for (from, to) in [("b", "c"), ("a", "b"), ("x", "y"), ("y", "x")] {
            moves.add("hub".into(), from.into(), to.into());
        }
        for (from, to, lead) in [
            ("a", "c", true),
            ("b", "c", true),
            ("c", "a", false),
            ("a", "x", false),
            ("x", "c", false),
        ] {
            assert_eq!(moves.lead(&hub, from, to), lead, "{from} {to}");
        }
        assert!(!moves.lead(&other, "a", "c"));
        assert!(!Moves::default().lead(&hub, "a", "a"));
    }
}
