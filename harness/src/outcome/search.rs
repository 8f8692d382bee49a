//! The search for capacity: the highest arrival rate that a server holds.
//!
//! The rate doubles until it no longer holds (or is halved until it does), then the bracket is bisected geometrically
//! until it is narrow enough. A borderline probe is repeated with twice the length, and the repetition decides; a probe that
//! the generator disturbed is repeated once. A rate that failed in a single probe, without a growing backlog, may have
//! failed by chance, and all rates above it would be excluded: it is confirmed before it becomes the upper end of the
//! bracket. The result is validated over a longer time, and lowered by 5 % at most twice. A probe that would exceed the
//! budget is not started: then the bracket is the result, and the search has not converged.
//!
//! A state machine without a clock: [`next`](Search::next) says what to offer, [`record`](Search::record) takes the result.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::figure;
use crate::measure::json;
use crate::workload::CapacitySearch;

/// With less than this share of the planned arrivals, the load was not offered as planned.
const LEAST_SENT_SHARE: f64 = 0.99;
/// A failed validation multiplies the rate by this.
const STEP_DOWN: f64 = 0.95;
const MOST_STEPS_DOWN: u32 = 2;
/// Digits of a probed rate. The rounding is at most half a percent, a tenth of the precision.
const DIGITS: usize = 3;
/// A server that does not manage one request a second has no capacity.
const LEAST_RATE_PER_S: f64 = 1.0;

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SearchStep {
    /// Offer this load and record its result.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Does this rate hold?
    Search,
    /// The same rate again, because the first result was borderline (then for twice as long) or disturbed.
    Repetition,
    /// The upper end of the bracket again: did it fail only by chance?
    Confirmation,
    /// Does the rate that was found hold for longer?
    Validation,
}

/// The result of a probe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProbeResult {
    /// Every threshold holds.
    pub holds: bool,
    /// The part of the planned load that was offered in time; `None` counts as all of it.
    pub sent_share: Option<f64>,
    /// More and more requests were waiting: the server does not keep up.
    pub backlog_grew: bool,
    /// A figure is too close to its limit for a probe of this length.
    pub borderline: bool,
    /// The run was invalid: the generator did not offer the load as planned and may be the cause of a breach. Thresholds
    /// that hold are valid, because a late generator does not make times shorter.
    pub generator_failed: bool,
    /// How long the probe took, including settling and draining.
    pub elapsed: Duration,
}

/// The result of a search.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Found {
    /// The bracket was narrow enough in time, and the rate was validated.
    pub converged: bool,
    /// The highest rate that was validated; `None` unless the search has converged.
    #[serde(serialize_with = "json::figure")]
    pub capacity_per_s: Option<f64>,
    /// The highest rate that held in a probe.
    #[serde(serialize_with = "json::figure")]
    pub holds_at_per_s: Option<f64>,
    /// The lowest rate that did not.
    #[serde(serialize_with = "json::figure")]
    pub breaks_at_per_s: Option<f64>,
    /// What the probes at `holds_at_per_s` said.
    #[serde(default)]
    pub holds_at_probes: RateProbes,
    /// What the probes at `breaks_at_per_s` said.
    #[serde(default)]
    pub breaks_at_probes: RateProbes,
    /// The generator was the reason why the rate did not hold: the server may handle more.
    pub limited_by_generator: bool,
    /// Probes without a result, because the generator was disturbed.
    #[serde(rename = "disturbed_probes")]
    pub disturbed: u32,
}

/// How many probes at one rate held and how many did not; those that were disturbed are neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RateProbes {
    /// The rate held.
    pub held: u32,
    /// It did not.
    pub failed: u32,
}

/// The search, between two probes.
#[derive(Debug, Clone)]
pub struct Search {
    plan: CapacitySearch,
    used: Duration,
    next: Option<Probe>,
    steps_down: u32,
    was_revalidated: bool,
    held_per_s: Vec<f64>,
    breaks: Vec<Break>,
    /// Every probe that was not disturbed: its rate, and whether it held.
    answers: Vec<(f64, bool)>,
    validated_per_s: Option<f64>,
    disturbed: u32,
}

/// A rate that did not hold.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Break {
    rate_per_s: f64,
    /// It failed twice, or the backlog grew from second to second: it did not fail by chance.
    is_sure: bool,
    is_generators: bool,
}

impl ProbeResult {
    /// True if the rate holds: thresholds, offered load and backlog.
    pub fn is_held(&self) -> bool {
        self.holds && !self.backlog_grew && self.is_offered()
    }

    /// True if it did not hold and this says nothing about the server, because the load was not offered as planned.
    pub fn is_disturbed(&self) -> bool {
        !self.is_held() && (self.generator_failed || self.is_unsent())
    }

    fn is_offered(&self) -> bool {
        self.sent_share.is_none_or(|share| share >= LEAST_SENT_SHARE)
    }

    fn is_unsent(&self) -> bool {
        self.holds && !self.backlog_grew && !self.is_offered()
    }
}

impl Search {
    /// A search that starts where `plan` says.
    pub fn new(plan: &CapacitySearch) -> Search {
        let mut search = Search {
            plan: plan.clone(),
            used: Duration::ZERO,
            next: None,
            steps_down: 0,
            was_revalidated: false,
            held_per_s: Vec::new(),
            breaks: Vec::new(),
            answers: Vec::new(),
            validated_per_s: None,
            disturbed: 0,
        };
        search.next = Some(search.probe(plan.start_per_s.max(LEAST_RATE_PER_S)));
        search
    }

    /// What to do next; the same until [`record`](Search::record) is called.
    pub fn next(&self) -> SearchStep {
        match self.next.filter(|probe| self.used + probe.settle + probe.measure <= self.plan.budget) {
            Some(probe) => SearchStep::Probe(probe),
            None => SearchStep::Done(self.found()),
        }
    }

    /// Takes the result of the probe that [`next`](Search::next) asked for.
    pub fn record(&mut self, result: ProbeResult) {
        let Some(probe) = self.next else { return };
        self.used += result.elapsed;
        self.disturbed += u32::from(result.is_disturbed());
        if !result.is_disturbed() {
            self.answers.push((probe.rate_per_s, result.is_held()));
        }
        if let Some(again) = self.once_more(probe, &result) {
            self.next = Some(again);
            return;
        }
        self.note(probe, &result);
        self.next = match probe.purpose {
            Purpose::Search | Purpose::Repetition | Purpose::Confirmation => self.after_probe(),
            Purpose::Validation if result.is_held() => {
                self.validated_per_s = Some(probe.rate_per_s);
                None
            }
            Purpose::Validation => self.after_failed_validation(probe),
        };
    }

    /// What is known so far.
    fn found(&self) -> Found {
        let (lowest, highest) = (self.lowest_break(), self.highest_held());
        Found {
            converged: self.validated_per_s.is_some(),
            capacity_per_s: self.validated_per_s,
            holds_at_per_s: highest,
            holds_at_probes: self.probes_at(highest),
            breaks_at_probes: self.probes_at(lowest.map(|lowest| lowest.rate_per_s)),
            breaks_at_per_s: lowest.map(|lowest| lowest.rate_per_s),
            limited_by_generator: lowest.is_some_and(|lowest| lowest.is_generators),
            disturbed: self.disturbed,
        }
    }

    fn probes_at(&self, rate_per_s: Option<f64>) -> RateProbes {
        let at_rate = self.answers.iter().filter(|(rate, _)| Some(*rate) == rate_per_s);
        at_rate.fold(RateProbes::default(), |sum, (_, held)| RateProbes {
            held: sum.held + u32::from(*held),
            failed: sum.failed + u32::from(!held),
        })
    }

    /// The probe that replaces one without a result.
    fn once_more(&mut self, probe: Probe, result: &ProbeResult) -> Option<Probe> {
        let again = Probe { purpose: Purpose::Repetition, ..probe };
        match probe.purpose {
            Purpose::Search if result.is_disturbed() => Some(again),
            Purpose::Search if result.borderline => Some(Probe { measure: probe.measure * 2, ..again }),
            // A validation represents the test, so it must be undisturbed even if its limits hold.
            Purpose::Validation if result.generator_failed && !self.was_revalidated => {
                self.was_revalidated = true;
                Some(probe)
            }
            _ => None,
        }
    }

    fn note(&mut self, probe: Probe, result: &ProbeResult) {
        let rate_per_s = probe.rate_per_s;
        if result.is_held() {
            self.held_per_s.push(rate_per_s);
            // The later of two results for one rate is the more careful.
            self.breaks.retain(|earlier| earlier.rate_per_s > rate_per_s);
            return;
        }
        let is_generators = result.is_disturbed() && !result.backlog_grew;
        let was_careful = probe.purpose != Purpose::Search && !result.is_disturbed();
        self.breaks.retain(|earlier| earlier.rate_per_s != rate_per_s);
        let is_sure = was_careful || result.backlog_grew || probe.purpose == Purpose::Confirmation;
        self.breaks.push(Break { rate_per_s, is_sure, is_generators });
    }

    fn lowest_break(&self) -> Option<Break> {
        self.breaks.iter().copied().min_by(|a, b| a.rate_per_s.total_cmp(&b.rate_per_s))
    }

    /// A rate that failed outranks a higher one that held.
    fn highest_held(&self) -> Option<f64> {
        let bound = self.lowest_break().map_or(f64::INFINITY, |lowest| lowest.rate_per_s);
        self.held_per_s.iter().copied().filter(|held| *held < bound).max_by(f64::total_cmp)
    }

    fn after_probe(&self) -> Option<Probe> {
        let rate_per_s = match (self.highest_held(), self.lowest_break()) {
            (Some(holds), None) => holds * 2.0,
            (None, Some(lowest)) => lowest.rate_per_s / 2.0,
            (Some(holds), Some(lowest)) if lowest.rate_per_s > holds * (1.0 + self.plan.precision) => {
                (holds * lowest.rate_per_s).sqrt()
            }
            (Some(_), Some(lowest)) if !lowest.is_sure => return Some(self.confirmation(lowest.rate_per_s)),
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

    fn confirmation(&self, rate_per_s: f64) -> Probe {
        Probe { purpose: Purpose::Confirmation, ..self.probe(rate_per_s) }
    }

    fn validation(&self, rate_per_s: f64) -> Probe {
        Probe { purpose: Purpose::Validation, measure: self.plan.validate, ..self.probe(rate_per_s) }
    }
}

impl RateProbes {
    /// `16,000/s held in 2 of 3 probes`; `None` if the probes agree.
    pub fn mixed(self, rate_per_s: f64) -> Option<String> {
        let RateProbes { held, failed } = self;
        (held > 0 && failed > 0)
            .then(|| format!("{} held in {held} of {} probes", figure::rate(rate_per_s), held + failed))
    }
}

mod words;

#[cfg(test)]
mod tests;
