//! What a search found, in words.

use std::time::Duration;

use super::{Found, LEAST_RATE_PER_S};
use crate::outcome::figure;

impl Found {
    /// The lowest rate that a search offers, if not even that held: then the search is over, and has not run out of time.
    pub fn lowest_of_all(&self) -> Option<f64> {
        let lowest = self.breaks_at_per_s.filter(|rate_per_s| rate_per_s / 2.0 < LEAST_RATE_PER_S)?;
        (self.holds_at_per_s.is_none() && self.breaks_at_probes.held == 0).then_some(lowest)
    }

    /// `the search did not converge within 120 s: 700/s holds, 760/s does not`; `None` if it did.
    pub fn not_converged(&self, budget: Duration) -> Option<String> {
        if self.capacity_per_s.is_some() {
            return None;
        }
        if let Some(lowest) = self.lowest_of_all() {
            return Some(format!("no rate holds: not even {} does", figure::rate(lowest)));
        }
        let holds = self.holds_at_per_s.map(|rate_per_s| self.holds_at_probes.mixed(rate_per_s).ok_or(rate_per_s));
        let breaks = self.breaks_at_per_s.map(|rate_per_s| self.breaks_at_probes.mixed(rate_per_s).ok_or(rate_per_s));
        let holds = holds.map(|words| words.unwrap_or_else(|rate_per_s| format!("{} holds", figure::rate(rate_per_s))));
        let bracket = match (holds, breaks) {
            (Some(holds), Some(Ok(mixed))) => format!("{holds}, {mixed}"),
            (Some(holds), Some(Err(breaks))) => format!("{holds}, {} does not", figure::rate(breaks)),
            (Some(holds), None) => holds.replace(" holds", " still holds"),
            (None, Some(Ok(mixed))) => format!("{mixed}, and no lower rate held"),
            (None, Some(Err(breaks))) => format!("not even {} holds", figure::rate(breaks)),
            (None, None) => "there was no time for a single probe".to_owned(),
        };
        Some(format!("the search did not converge within {}: {bracket}", figure::time(budget.as_secs_f64())))
    }
}
