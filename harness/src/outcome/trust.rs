//! Whether the generator did what was asked: the rules of when a run is invalid.
//!
//! A doubt makes the run invalid; a warning is told beside a verdict that stands.

use std::fmt;

use super::{ThresholdVerdict, figure};
use crate::measure::{Counts, GeneratorHealth, Measured};
use crate::metric::{Dimension, Metric};

const CLOSED_LAW_WARN: f64 = 0.02;
const CLOSED_LAW_INVALID: f64 = 0.05;
const HICCUP_WARN_S: f64 = 0.020;
const HICCUP_SHARE_INVALID: f64 = 0.01;
const CPU_WARN: f64 = 0.5;

/// Why the figures of a run prove nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doubt {
    /// Failures of the generator's own, by cause.
    OwnErrors(Vec<(String, u64)>),
    /// Values that did not fit the histogram.
    Clipped(u64),
    /// The five fates do not add up to what was intended.
    NotConserved(String, Counts),
    /// The interactive response-time law is off by this share.
    ClosedLaw(f64),
    /// The share of the run that the generator was held up, and the requests that ran out of time in that run.
    Hiccups(f64, u64),
}

/// Every doubt about the figures, the gravest first.
pub(super) fn doubts(measured: &Measured) -> Vec<Doubt> {
    let health = &measured.generator;
    let mut doubts = Vec::new();
    if !health.own_errors.is_empty() {
        doubts.push(Doubt::OwnErrors(health.own_errors.iter().map(|(cause, n)| (cause.clone(), *n)).collect()));
    }
    let summaries = [&measured.total, &measured.iteration].into_iter().chain(&measured.endpoints);
    let unbalanced = summaries.filter(|summary| !summary.requests.is_conserved());
    doubts.extend(unbalanced.map(|summary| Doubt::NotConserved(summary.name.clone(), summary.requests)));
    if health.clipped > 0 {
        doubts.push(Doubt::Clipped(health.clipped));
    }
    doubts.extend(health.hiccup_share.filter(|share| *share > HICCUP_SHARE_INVALID).map(|share| {
        let Counts { timed_out, in_flight_at_end, .. } = measured.total.requests;
        Doubt::Hiccups(share, timed_out + in_flight_at_end)
    }));
    doubts.extend(health.closed_law_gap.filter(|gap| *gap > CLOSED_LAW_INVALID).map(Doubt::ClosedLaw));
    doubts
}

/// What a reader should know about the generator although the verdict stands.
pub(super) fn warnings(measured: &Measured) -> Vec<String> {
    let health = &measured.generator;
    let mut warnings = Vec::new();
    if let Some(gap) = health.closed_law_gap.filter(|gap| (CLOSED_LAW_WARN..=CLOSED_LAW_INVALID).contains(gap)) {
        warnings.push(format!("users, throughput and times disagree by {} (the closed law)", figure::percent(gap)));
    }
    if let Some(longest_s) = health.longest_hiccup_s.filter(|longest_s| *longest_s > HICCUP_WARN_S) {
        warnings.push(format!("the generator was held up for {} at the longest", figure::time(longest_s)));
    }
    if health.resent > 0 {
        let (resent, intended) = (figure::count(health.resent), figure::count(measured.total.requests.intended));
        warnings.push(format!(
            "the server closed kept connections without an answer: {resent} of {intended} requests were sent once more \
             and are counted by their second attempt"
        ));
    }
    warnings.extend(busy_generator(health, measured.span.as_secs_f64()));
    if let Some(precision) = measured.precision {
        if !precision.steady {
            warnings.push("the times were not steady when the warm-up ran out of time".to_owned());
        }
        if precision.drifting {
            warnings.push("the times drifted: the two halves of the measurement differ".to_owned());
        }
    }
    warnings
}

fn busy_generator(health: &GeneratorHealth, span_s: f64) -> Option<String> {
    // Of a test that is over at once, the workers use more while they end than in the span.
    let available_s = health.cpu_window_s.unwrap_or(span_s) * health.workers as f64;
    let share = health.cpu_s.filter(|_| available_s > 0.0)? / available_s;
    (share > CPU_WARN).then(|| {
        let (share, workers) = (figure::percent(share), health.workers);
        let cores = if workers == 1 { "core" } else { "cores" };
        format!("the generator used {share} of its {workers} {cores}: part of the times may be its own")
    })
}

impl Doubt {
    /// True if a breach seen through this doubt is no proof against the server.
    pub(super) fn excuses(&self, breach: &ThresholdVerdict) -> bool {
        let metric = breach.threshold.metric;
        match self {
            Doubt::NotConserved(..) => true,
            Doubt::OwnErrors(causes) => may_be_ours(breach, causes.iter().map(|(_, count)| count).sum()),
            // A clipped value was longer than any bound, so it cannot have made the server look slower than it is.
            Doubt::Clipped(_) => false,
            // A frozen generator reads as a slow server, and its time-outs as the server's.
            Doubt::Hiccups(_, late) => metric.dimension() == Dimension::Time || may_be_ours(breach, *late),
            // Users that were kept waiting by the generator send less; what they did send took as long as it took.
            Doubt::ClosedLaw(_) => matches!(metric.dimension(), Dimension::Rate) || metric == Metric::Requests,
        }
    }
}

/// True if the threshold would hold, had the generator's `own` failures ended ok instead.
fn may_be_ours(breach: &ThresholdVerdict, own: u64) -> bool {
    let (Some(actual), own) = (breach.actual, own as f64) else { return false };
    let without = match breach.threshold.metric {
        Metric::SuccessRate => (actual + own / breach.samples.max(1) as f64).min(1.0),
        Metric::ErrorRate => (actual - own / breach.samples.max(1) as f64).max(0.0),
        Metric::Failed => (actual - own).max(0.0),
        metric => return matches!(metric.dimension(), Dimension::Rate | Dimension::Count),
    };
    breach.threshold.holds(without)
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::OwnErrors(causes) => {
                let causes: Vec<String> = causes.iter().map(|(cause, n)| format!("{cause} ({n})")).collect();
                write!(f, "the generator itself failed: {}", causes.join(", "))
            }
            Doubt::Clipped(values) => write!(f, "{values} times did not fit the histogram"),
            Doubt::NotConserved(name, counts) => {
                let of = if name.is_empty() { String::new() } else { format!(" of `{name}`") };
                let Counts { intended, ok, failed, timed_out, in_flight_at_end, never_sent } = counts;
                write!(
                    f,
                    "requests{of} were lost in counting: {intended} intended, but {ok} ok + {failed} failed + \
                     {timed_out} timed out + {in_flight_at_end} in flight + {never_sent} never sent"
                )
            }
            Doubt::ClosedLaw(gap) => write!(
                f,
                "users, throughput and times disagree by {} (the closed law allows 5 %): the generator kept its users waiting",
                figure::percent(*gap)
            ),
            Doubt::Hiccups(share, _) => {
                write!(f, "the generator was held up for {} of the run (allowed: 1 %)", figure::percent(*share))
            }
        }
    }
}
