//! Does the response time at full load exceed that at the first steady level, for sure, and by how much? [`Degradation`]
//!
//! Compared are the means. A median would not show that one request in three waits at full load; and a mean is a sum, so short parts
//! of a stage add up to it, and its spread from part to part says how precisely it is known, even where a part has few requests.

use serde::{Deserialize, Serialize};

use super::figure;
use super::threshold_verdict::{Severity, ThresholdVerdict};
use crate::measure::{Measured, StageSummary, json};
use crate::statistics::{
    Batch, LEAST_EFFECTIVE_VALUES, MeanEstimate, Shift, contributions, depend_little, effective_count, lie_above,
};
use crate::threshold::Threshold;
use crate::workload::first_and_full_load;

/// A share that does not matter: what happens on a machine in the few seconds between two stages changes times by some per cent, too.
const TOLERANCE: f64 = 0.05;
/// Smaller differences may come from the harness.
const LEAST_DIFFERENCE_S: f64 = 0.000_1;
/// With requests in fewer parts of a stage, the parts say hardly anything about their spread.
const LEAST_PARTS: usize = 10;
/// Shares of failed requests that differ by more make their times another matter.
const MOST_FAILED: f64 = 0.01;

/// The mean response time of the steady stage with the highest load, compared with that of the first steady stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Degradation {
    /// What can be said.
    pub verdict: DegradationVerdict,
    /// The first steady stage.
    pub from_stage: String,
    /// Its level: users, or arrivals each second.
    pub from_level: f64,
    /// The first of the steady stages with the highest level.
    pub to_stage: String,
    /// Its level.
    pub to_level: f64,
    /// The mean response time in the first; `None` if no request ended.
    #[serde(serialize_with = "json::figure")]
    pub before_s: Option<f64>,
    /// The same at full load.
    #[serde(serialize_with = "json::figure")]
    pub after_s: Option<f64>,
    /// After ÷ before − 1: 1.03 for 103 % more.
    #[serde(serialize_with = "json::figure")]
    pub change: Option<f64>,
    /// The ends of its 95 % interval; `None` if there is too little for one, or if times change throughout a stage.
    #[serde(serialize_with = "json::interval")]
    pub interval: Option<(f64, f64)>,
    /// Why the verdict is `cannot_tell`, or why there is no interval.
    pub note: Option<String>,
}

/// What can be said about times at full load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DegradationVerdict {
    /// They are longer for sure: the whole interval lies above 5 %.
    Degraded,
    /// They are not longer: the whole interval lies below 5 %.
    Stable,
    /// The interval allows both.
    CannotTell,
}

/// How precisely the change is known.
struct KnownChange {
    interval: (f64, f64),
    /// Times depend so little on each other that the interval is to be believed.
    is_believed: bool,
}

impl Degradation {
    /// `None` for a load without a steady stage above the first.
    pub(super) fn of(measured: &Measured) -> Option<Degradation> {
        let (before, after) = compared(measured)?;
        let mut found = Degradation {
            verdict: DegradationVerdict::CannotTell,
            from_stage: before.name.clone(),
            from_level: before.to,
            to_stage: after.name.clone(),
            to_level: after.to,
            before_s: before.total.response_time.mean_s,
            after_s: after.total.response_time.mean_s,
            change: change(before, after),
            interval: None,
            note: None,
        };
        (found.verdict, found.note) = found.judge(before, after);
        let known = too_few_parts(before, after).is_none().then(|| KnownChange::of(before, after)).flatten();
        found.interval = known.filter(|known| known.is_believed).map(|known| known.interval);
        Some(found)
    }

    fn judge(&self, before: &StageSummary, after: &StageSummary) -> (DegradationVerdict, Option<String>) {
        let cannot_tell = |why: String| (DegradationVerdict::CannotTell, Some(why));
        if self.change.is_none() {
            return cannot_tell(nothing_measured(before, after));
        }
        if let Some(why) = too_few_parts(before, after) {
            return cannot_tell(why);
        }
        let no_interval =
            "times in a stage change throughout, or are alike for so long that the stage is too short for an interval";
        let known = KnownChange::of(before, after).filter(|known| known.is_believed);
        let (verdict, note) = match known {
            Some(known) if known.interval.0 > TOLERANCE => (DegradationVerdict::Degraded, None),
            Some(known) if known.interval.1 < TOLERANCE => (DegradationVerdict::Stable, None),
            _ if lie_above(&after.times.parts, &before.times.parts, 1.0 + TOLERANCE) => {
                let depends =
                    format!("{no_interval}; each part of the stage at full load took longer than any of the first");
                (DegradationVerdict::Degraded, known.is_none().then_some(depends))
            }
            Some(_) => (DegradationVerdict::CannotTell, None),
            None => (DegradationVerdict::CannotTell, Some(no_interval.to_owned())),
        };
        match distrust(verdict, self, before, after) {
            Some(why) => cannot_tell(why),
            None => (verdict, note),
        }
    }
}

/// Compares `threshold` with the change.
pub(super) fn compare(measured: &Measured, threshold: &Threshold) -> ThresholdVerdict {
    let absent = |why: String, samples| verdict(threshold, None, samples, Some(why));
    let Some((before, after)) = compared(measured) else {
        return absent("`degradation` has no data: no steady stage has a higher level than the first".to_owned(), 0);
    };
    let samples = before.total.response_time.samples.min(after.total.response_time.samples);
    let Some(change) = change(before, after) else {
        return absent(format!("`degradation` has no data: {}", nothing_measured(before, after)), samples);
    };
    if let Some(why) = too_few_parts(before, after) {
        return verdict(threshold, Some(change), samples, Some(format!("`degradation` is not known: {why}")));
    }
    let known = KnownChange::of(before, after);
    let limit = threshold.limit();
    ThresholdVerdict {
        borderline: known.as_ref().is_some_and(|known| known.interval.0 < limit && limit < known.interval.1),
        interval: known.filter(|known| known.is_believed).map(|known| known.interval),
        ..verdict(threshold, Some(change), samples, None)
    }
}

fn verdict(threshold: &Threshold, actual: Option<f64>, samples: u64, doubt: Option<String>) -> ThresholdVerdict {
    ThresholdVerdict {
        threshold: threshold.clone(),
        arm: None,
        actual,
        interval: None,
        samples,
        holds: actual.is_some_and(|actual| threshold.holds(actual)),
        borderline: false,
        severity: Severity::Error,
        doubt,
    }
}

/// The first steady stage, and the one at full load.
fn compared(measured: &Measured) -> Option<(&StageSummary, &StageSummary)> {
    let levels = measured.stages.iter().map(|stage| (stage.from, stage.to));
    let (first, full) = first_and_full_load(levels)?;
    Some((&measured.stages[first], &measured.stages[full]))
}

fn change(before: &StageSummary, after: &StageSummary) -> Option<f64> {
    let mean = |stage: &StageSummary| stage.total.response_time.mean_s.filter(|mean_s| *mean_s > 0.0);
    Some(mean(after)? / mean(before)? - 1.0)
}

fn nothing_measured(before: &StageSummary, after: &StageSummary) -> String {
    let empty = if before.total.response_time.samples == 0 { before } else { after };
    format!("no response time was measured in the stage `{}`", empty.name)
}

fn too_few_parts(before: &StageSummary, after: &StageSummary) -> Option<String> {
    let short = [before, after].into_iter().find(|stage| stage.times.parts.len() < LEAST_PARTS)?;
    Some(format!(
        "there were requests in {} parts of the stage `{}`, and {LEAST_PARTS} are needed: make the stage longer",
        short.times.parts.len(),
        short.name
    ))
}

/// What the harness may have caused, and what the times of unequally many failures cannot show.
fn distrust(
    verdict: DegradationVerdict,
    found: &Degradation,
    before: &StageSummary,
    after: &StageSummary,
) -> Option<String> {
    let difference_s = found.after_s? - found.before_s?;
    if verdict == DegradationVerdict::Degraded && difference_s < LEAST_DIFFERENCE_S {
        return Some("a difference of less than 0.1 ms may come from the harness".to_owned());
    }
    let failed = |stage: &StageSummary| stage.total.requests.success_rate().map(|rate| 1.0 - rate);
    let (failed_before, failed_after) = (failed(before)?, failed(after)?);
    let hides = match verdict {
        DegradationVerdict::Degraded => failed_before > failed_after + MOST_FAILED,
        DegradationVerdict::Stable => failed_after > failed_before + MOST_FAILED,
        DegradationVerdict::CannotTell => false,
    };
    let (failed_before, failed_after) = (figure::percent(failed_before), figure::percent(failed_after));
    hides.then(|| {
        format!(
            "{failed_after} of the requests at full load failed, and {failed_before} at the first level: times of failures are not those \
             of work done"
        )
    })
}

impl KnownChange {
    /// `None` if a mean cannot be estimated.
    fn of(before: &StageSummary, after: &StageSummary) -> Option<KnownChange> {
        let shift =
            Shift::between_means(MeanEstimate::of(&before.times.parts)?, MeanEstimate::of(&after.times.parts)?)?;
        let interval = (shift.interval.low.exp() - 1.0, shift.interval.high.exp() - 1.0);
        Some(KnownChange { interval, is_believed: is_believed(&before.times.parts) && is_believed(&after.times.parts) })
    }
}

fn is_believed(parts: &[Batch]) -> bool {
    let means: Vec<f64> = parts.iter().map(|part| part.mean()).collect();
    effective_count(&means) >= LEAST_EFFECTIVE_VALUES && depend_little(&contributions(parts))
}

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;
