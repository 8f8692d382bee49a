//! Whether a delay of the generator may explain a breach.

use super::threshold_verdict::ThresholdVerdict;
use crate::measure::Measured;
use crate::metric::{Dimension, Metric};

/// A generator that stops for S lets no request look slower by more than S, as with a server that stops for S; twice
/// that is beyond doubt.
const DELAY_EXPLAINS: f64 = 2.0;

/// What the generator may have added to the times and to the number of timeouts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GeneratorDelay {
    pub(super) longest_s: f64,
    /// The share of the run inside delays.
    pub(super) share: f64,
    /// Requests that ended late or not at all, if the delays were long enough to be the cause.
    late: u64,
}

impl GeneratorDelay {
    pub(super) fn new(measured: &Measured, longest_s: f64, share: f64) -> GeneratorDelay {
        let counts = &measured.total.requests;
        let late = counts.timed_out + counts.in_flight_at_end + counts.never_sent;
        // A delay that is short compared with the timeout does not cause timeouts.
        let slowest_s = measured.total.response_time.max_s.unwrap_or_default();
        let is_long = 2.0 * DELAY_EXPLAINS * longest_s >= slowest_s;
        GeneratorDelay { longest_s, share, late: if is_long { late } else { 0 } }
    }

    /// True if the delay of the generator alone may explain the breach.
    pub(super) fn explains(&self, breach: &ThresholdVerdict) -> bool {
        let metric = breach.threshold.metric;
        match (metric.dimension(), breach.actual) {
            (Dimension::Time, Some(actual_s)) if is_time_or_rate(metric) => {
                let ours_s = DELAY_EXPLAINS * (self.longest_s + self.share * actual_s);
                breach.threshold.holds((actual_s - ours_s).max(0.0))
            }
            _ => is_time_or_rate(metric) || may_be_ours(breach, self.late),
        }
    }
}

pub(super) fn is_rate_or_requests(metric: Metric) -> bool {
    matches!(metric.dimension(), Dimension::Rate) || metric == Metric::Requests
}

pub(super) fn is_time_or_rate(metric: Metric) -> bool {
    // The server's CPU time per request does not depend on the generator; a share of two times does.
    matches!(metric.dimension(), Dimension::Time | Dimension::Rate) && metric != Metric::CpuPerRequest
        || metric == Metric::Degradation
}

/// True if the threshold would hold if the generator's `own` failures had been ok.
pub(super) fn may_be_ours(breach: &ThresholdVerdict, own: u64) -> bool {
    let (Some(actual), all) = (breach.actual, breach.samples) else { return false };
    // A share of a count gives the count back.
    let counted = (actual * all as f64).round() as u64;
    match breach.threshold.metric {
        Metric::SuccessRate => breach.threshold.holds_share((counted + own).min(all), all),
        Metric::ErrorRate => breach.threshold.holds_share(counted.saturating_sub(own), all),
        Metric::Failed => breach.threshold.holds((actual - own as f64).max(0.0)),
        _ => false,
    }
}
