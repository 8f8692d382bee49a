//! Responses counted by status.

use serde::{Deserialize, Serialize};

use super::json;

/// The status of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct Answer {
    /// The status of the answers.
    pub status: u16,
    /// The request named the statuses that it expects.
    pub is_named: bool,
}

/// The responses with one status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusCount {
    /// 200, 404 …
    pub status: u16,
    /// How many responses had it, ok or not.
    pub responses: u64,
    /// How many of them answered a request that says which statuses it expects.
    #[serde(default)]
    pub expected: u64,
    /// When the first of them was complete, since the measurement began.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub first_s: f64,
    /// When the last of them was complete, since the measurement began.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub last_s: f64,
}

/// Responses by status: a server has few, and one of them most of the time. That one is kept here, and the others elsewhere.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StatusTallies {
    usual: Option<Tally>,
    others: Vec<Tally>,
}

#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
struct Tally {
    status: u16,
    responses: u64,
    named: u64,
    first_ns: u64,
    last_ns: u64,
}

impl StatusTallies {
    /// A response that was complete `done_ns` after the measurement began.
    #[inline]
    pub(super) fn record(&mut self, answer: Answer, done_ns: u64) {
        match &mut self.usual {
            Some(usual) if usual.status == answer.status => usual.count(answer.is_named, done_ns),
            _ => self.record_other(answer, done_ns),
        }
    }

    #[inline(never)]
    fn record_other(&mut self, answer: Answer, done_ns: u64) {
        self.of(answer.status, done_ns).count(answer.is_named, done_ns);
    }

    fn of(&mut self, status: u16, first_ns: u64) -> &mut Tally {
        let new = Tally { status, responses: 0, named: 0, first_ns, last_ns: first_ns };
        let usual = self.usual.get_or_insert(new);
        if usual.status == status {
            return usual;
        }
        let index = self.others.iter().position(|tally| tally.status == status).unwrap_or_else(|| {
            self.others.push(new);
            self.others.len() - 1
        });
        &mut self.others[index]
    }

    pub(super) fn merge(&mut self, other: &StatusTallies) {
        for theirs in other.usual.iter().chain(&other.others) {
            let ours = self.of(theirs.status, theirs.first_ns);
            ours.responses += theirs.responses;
            ours.named += theirs.named;
            ours.first_ns = ours.first_ns.min(theirs.first_ns);
            ours.last_ns = ours.last_ns.max(theirs.last_ns);
        }
    }

    /// By status.
    pub(super) fn counts(self) -> Vec<StatusCount> {
        let mut tallies: Vec<Tally> = self.usual.into_iter().chain(self.others).collect();
        tallies.sort_by_key(|tally| tally.status);
        tallies.into_iter().map(Tally::into_count).collect()
    }
}

impl Tally {
    fn count(&mut self, is_named: bool, done_ns: u64) {
        self.responses += 1;
        self.named += u64::from(is_named);
        // Requests are recorded a little later than they end, so that the first to be recorded need not be the first.
        self.first_ns = self.first_ns.min(done_ns);
        self.last_ns = self.last_ns.max(done_ns);
    }

    fn into_count(self) -> StatusCount {
        let Tally { status, responses, named, first_ns, last_ns } = self;
        StatusCount { status, responses, expected: named, first_s: first_ns as f64 / 1e9, last_s: last_ns as f64 / 1e9 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    fn answer(status: u16) -> Answer {
        Answer { status, is_named: status == 404 }
    }

    #[test]
    fn responses_are_counted_by_status_with_their_first_and_last_moment_on_every_worker() {
        let (mut ours, mut theirs) = (StatusTallies::default(), StatusTallies::default());
        ours.record(answer(302), 5 * S);
        ours.record(answer(200), 2 * S);
        ours.record(answer(302), 4 * S);
        theirs.record(answer(200), S);
        theirs.record(answer(404), 9 * S);
        ours.merge(&theirs);
        let count =
            |status, responses, expected, first_s, last_s| StatusCount { status, responses, expected, first_s, last_s };
        assert_eq!(ours.counts(), [count(200, 2, 0, 1.0, 2.0), count(302, 2, 0, 4.0, 5.0), count(404, 1, 1, 9.0, 9.0)]);
    }
}
