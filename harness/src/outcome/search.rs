//! The search for capacity: the highest arrival rate that a server holds.
//!
//! The rate doubles until it no longer holds (or is halved until it does), then the bracket is bisected geometrically
//! until it is narrow enough. A borderline probe is repeated at double length and the repetition decides. What holds at
//! last is validated over a longer time, and lowered by 5 % at most twice. A probe that would go beyond the budget is not
//! begun: then the bracket is the answer, and the search has not converged.
//!
//! A state machine without a clock: [`next`](Search::next) says what to offer, [`tell`](Search::tell) what came of it.

use std::time::Duration;

use super::figure;
use crate::workload::CapacitySearch;

/// Less than this share of the planned arrivals, and the load was not the one that was asked for.
const LEAST_SENT_SHARE: f64 = 0.99;
/// What a failed validation lowers the rate by.
const STEP_DOWN: f64 = 0.95;
const MOST_STEPS_DOWN: u32 = 2;
/// Digits of a probed rate; half a percent off at most, a tenth of the precision.
const DIGITS: usize = 3;
/// A server that does not hold one request a second has no capacity to speak of.
const LEAST_RATE_PER_S: f64 = 1.0;

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Offer this load and tell what came of it.
    Probe(Probe),
    /// The search is over.
    Done(Found),
}

/// A load to offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// What the search wants to know from it.
    pub purpose: Purpose,
    /// Arrivals each second.
    pub rate_per_s: f64,
    /// How long the load settles before the measurement.
    pub settle: Duration,
    /// How long it is measured.
    pub measure: Duration,
}

/// What a probe is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Does this rate hold?
    Search,
    /// The same rate once more for twice as long, because the first answer was borderline.
    Repetition,
    /// Does the rate that was found hold for longer?
    Validation,
}

/// What came of a probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProbeResult {
    /// Every threshold holds.
    pub holds: bool,
    /// Sent ÷ planned; `None` counts as everything.
    pub sent_share: Option<f64>,
    /// More were waiting at the end than at the beginning, and more and more: the server does not keep up.
    pub backlog_grew: bool,
    /// Too close to a limit for its length.
    pub borderline: bool,
    /// The run was invalid: the generator could not do what was asked.
    pub generator_failed: bool,
    /// How long it took, settling and draining included.
    pub elapsed: Duration,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Found {
    /// The highest rate that was validated; `None` unless the search has converged.
    pub capacity_per_s: Option<f64>,
    /// The highest rate that held in a probe.
    pub holds_at_per_s: Option<f64>,
    /// The lowest rate that did not.
    pub breaks_at_per_s: Option<f64>,
    /// The rate that did not hold did so for the generator's sake: the server may well take more.
    pub limited_by_generator: bool,
}

/// The search, between two probes.
#[derive(Debug, Clone)]
pub struct Search {
    plan: CapacitySearch,
    used: Duration,
    next: Option<Probe>,
    steps_down: u32,
    found: Found,
}

impl ProbeResult {
    /// True if the rate holds: thresholds, offered load and backlog.
    pub fn is_held(&self) -> bool {
        self.holds && !self.backlog_grew && !self.is_generators()
    }

    /// The load that the probe is about was not offered, and not for the server's sake.
    fn is_generators(&self) -> bool {
        let unsent = self.sent_share.is_some_and(|share| share < LEAST_SENT_SHARE);
        self.holds && !self.backlog_grew && (unsent || self.generator_failed)
    }
}

impl Search {
    /// A search that starts where `plan` says.
    pub fn new(plan: &CapacitySearch) -> Search {
        let mut search =
            Search { plan: plan.clone(), used: Duration::ZERO, next: None, steps_down: 0, found: Found::default() };
        search.next = Some(search.probe(plan.start_per_s.max(LEAST_RATE_PER_S)));
        search
    }

    /// What to do next; the same until [`tell`](Search::tell) is called.
    pub fn next(&self) -> Step {
        match self.next.filter(|probe| self.used + probe.settle + probe.measure <= self.plan.budget) {
            Some(probe) => Step::Probe(probe),
            None => Step::Done(self.found),
        }
    }

    /// What came of the probe that [`next`](Search::next) asked for.
    pub fn tell(&mut self, result: ProbeResult) {
        let Some(probe) = self.next else { return };
        self.used += result.elapsed;
        // A disturbed probe at the end of the doubling would halve the answer, so it is measured again before it counts.
        let is_disturbed_break = result.generator_failed && self.found.breaks_at_per_s.is_none();
        if (result.borderline || is_disturbed_break) && probe.purpose == Purpose::Search {
            self.next = Some(Probe { purpose: Purpose::Repetition, measure: probe.measure * 2, ..probe });
            return;
        }
        self.note(probe.rate_per_s, &result);
        self.next = match probe.purpose {
            Purpose::Search | Purpose::Repetition => self.after_probe(),
            Purpose::Validation if result.is_held() => {
                self.found.capacity_per_s = Some(probe.rate_per_s);
                None
            }
            Purpose::Validation => self.after_failed_validation(probe),
        };
    }

    /// A rate that did not hold is believed over a higher one that did.
    fn note(&mut self, rate_per_s: f64, result: &ProbeResult) {
        let found = &mut self.found;
        if result.is_held() {
            found.holds_at_per_s = Some(found.holds_at_per_s.map_or(rate_per_s, |held| held.max(rate_per_s)));
        } else if found.breaks_at_per_s.is_none_or(|breaks| rate_per_s < breaks) {
            found.breaks_at_per_s = Some(rate_per_s);
            found.limited_by_generator = result.is_generators();
            found.holds_at_per_s = found.holds_at_per_s.filter(|held| *held < rate_per_s);
        }
    }

    fn after_probe(&self) -> Option<Probe> {
        let rate_per_s = match (self.found.holds_at_per_s, self.found.breaks_at_per_s) {
            (Some(holds), None) => holds * 2.0,
            (None, Some(breaks)) => breaks / 2.0,
            (Some(holds), Some(breaks)) if breaks > holds * (1.0 + self.plan.precision) => (holds * breaks).sqrt(),
            (Some(holds), Some(_)) => return Some(self.validation(holds)),
            (None, None) => return None,
        };
        let rounded = figure::round_to(rate_per_s, DIGITS);
        (rounded >= LEAST_RATE_PER_S).then(|| self.probe(rounded))
    }

    fn after_failed_validation(&mut self, probe: Probe) -> Option<Probe> {
        self.steps_down += 1;
        let lower = figure::round_to(probe.rate_per_s * STEP_DOWN, DIGITS);
        (self.steps_down <= MOST_STEPS_DOWN).then(|| self.validation(lower))
    }

    fn probe(&self, rate_per_s: f64) -> Probe {
        Probe { purpose: Purpose::Search, rate_per_s, settle: self.plan.settle, measure: self.plan.probe }
    }

    fn validation(&self, rate_per_s: f64) -> Probe {
        Probe { purpose: Purpose::Validation, measure: self.plan.validate, ..self.probe(rate_per_s) }
    }
}

impl Found {
    /// `the search did not converge within 120 s: 700/s holds, 760/s does not`; `None` if it did.
    pub fn not_converged(&self, budget: Duration) -> Option<String> {
        if self.capacity_per_s.is_some() {
            return None;
        }
        let rate = |rate_per_s: Option<f64>| rate_per_s.map(figure::rate);
        let bracket = match (rate(self.holds_at_per_s), rate(self.breaks_at_per_s)) {
            (Some(holds), Some(breaks)) => format!("{holds} holds, {breaks} does not"),
            (Some(holds), None) => format!("{holds} holds still"),
            (None, Some(breaks)) => format!("not even {breaks} holds"),
            (None, None) => "there was no time for a single probe".to_owned(),
        };
        Some(format!("the search did not converge within {}: {bracket}", figure::time(budget.as_secs_f64())))
    }
}

#[cfg(test)]
mod tests;
