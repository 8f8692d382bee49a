//! What a search for capacity means: for each of its probes, and for the test.

use super::search::{Found, ProbeResult};
use super::{Judgement, Outcome, ThresholdVerdict, figure};
use crate::metric::Metric;
use crate::workload::CapacitySearch;

/// The outcome of a probe and its reason, as the search sees it: `reason` is what the thresholds alone said.
pub fn probe_outcome(result: &ProbeResult, reason: Option<String>) -> (Outcome, Option<String>) {
    if result.is_held() {
        return (Outcome::Passed, reason.map(|reason| format!("holds, although {reason}")));
    }
    if result.backlog_grew && result.holds {
        return (Outcome::Failed, Some("more and more requests were in flight".to_owned()));
    }
    if result.is_disturbed() {
        return (Outcome::Invalid, reason.or_else(|| Some("the load was not offered in full".to_owned())));
    }
    (Outcome::Failed, reason)
}

/// Adds what the search found to the judgement of its last run.
pub fn judge_search(found: Found, plan: &CapacitySearch, judgement: &mut Judgement) {
    let proves_enough = |verdict: &ThresholdVerdict| verdict.threshold.metric == Metric::Capacity && verdict.holds;
    if found.capacity_per_s.is_some() && found.limited_by_generator {
        let why = limited_by_generator(found);
        if judgement.outcome == Outcome::Passed && judgement.thresholds.iter().any(proves_enough) {
            judgement.warnings.push(format!("{why}: the server may well take more"));
        } else {
            (judgement.outcome, judgement.reason) = (Outcome::Invalid, Some(why));
        }
    } else if found.capacity_per_s.is_none() {
        // A search that the generator disturbed says nothing about the server.
        let is_ours = found.limited_by_generator || found.disturbed > 0 || judgement.is_disturbed;
        judgement.outcome = if is_ours { Outcome::Invalid } else { Outcome::Failed };
        judgement.reason = Some(why_not_found(found, plan));
    }
}

/// Why there is no capacity to report.
pub fn why_not_found(found: Found, plan: &CapacitySearch) -> String {
    let Some(why) = found.not_converged(plan.budget) else { return limited_by_generator(found) };
    match found.disturbed {
        0 => why,
        1 => format!("{why}; the generator was disturbed in 1 probe"),
        probes => format!("{why}; the generator was disturbed in {probes} probes"),
    }
}

fn limited_by_generator(found: Found) -> String {
    let rate = found.breaks_at_per_s.map_or_else(String::new, |rate| format!(" {}", figure::rate(rate)));
    format!("the generator, and not the server, was the limit: it could not offer{rate} undisturbed")
}
