//! Thresholds that are a share of the baseline: `p95 <= 110% of baseline`.

use super::compare::with;
use super::reference::StoredReference;
use crate::baseline::RunFigures;
use crate::comparison::{ChangeVerdict, ThroughputMeaning, stored_runs};
use crate::measure::Measured;
use crate::metric::Metric;
use crate::outcome::{Outcome, Severity, TestReport, ThresholdVerdict, figure, figure_of};
use crate::threshold::{Comparison, Threshold};

/// By how much a share of requests may differ between two runs of the same code: 0.01 for one of a hundred.
const SHARE_GUARD: f64 = 0.01;

/// What can be said of one threshold.
#[derive(Debug, Clone, PartialEq)]
enum BaselineAnswer {
    Holds,
    Breached,
    /// The figure is beyond the limit, but runs differ by so much; or there is nothing to compare with.
    CannotTell(String),
}

/// What is known of the figure that a threshold is a share of.
struct Known {
    figure: f64,
    /// The figure of this run differs from it for sure, in the direction that is worse.
    is_worse: bool,
    /// Where the figure of this run lies; `None` with too few stored runs.
    interval: Option<(f64, f64)>,
    stored: usize,
}

/// The test, judged by these thresholds, too: the place of each among the declared ones, and the threshold.
///
/// One is breached if the figure is beyond its share, and differs from the baseline for sure. What is not sure passes with a warning,
/// and fails if `strict`.
#[must_use]
pub fn judge_relative(
    mut test: TestReport,
    thresholds: &[(usize, Threshold)],
    reference: &StoredReference,
    strict: bool,
) -> TestReport {
    let Some(measured) = test.measured.clone().filter(|_| is_judged(test.outcome)) else { return test };
    let now = RunFigures::of(&test);
    for (place, threshold) in thresholds {
        let actual = figure_of(&measured, threshold, test.kind);
        let (mut verdict, answer) = judged(&measured, threshold, (actual, now.as_ref()), reference);
        let place = (*place).min(test.thresholds.len());
        match &answer {
            BaselineAnswer::Holds => {}
            BaselineAnswer::Breached => fail(&mut test, breach(&verdict)),
            BaselineAnswer::CannotTell(why) if strict => {
                verdict.holds = false;
                fail(&mut test, format!("{why} (`--strict`)"));
            }
            BaselineAnswer::CannotTell(why) => test.warnings.push(why.clone()),
        }
        test.thresholds.insert(place, verdict);
    }
    test
}

fn is_judged(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Passed | Outcome::Failed | Outcome::Invalid)
}

/// A measurement that is not valid stays so: what made it invalid may be the cause.
fn fail(test: &mut TestReport, reason: String) {
    match (test.outcome, &mut test.reason) {
        (Outcome::Failed, Some(known)) => known.push_str(&format!("; {reason}")),
        (Outcome::Passed | Outcome::Failed, _) => (test.outcome, test.reason) = (Outcome::Failed, Some(reason)),
        _ => {}
    }
}

fn judged(
    measured: &Measured,
    threshold: &Threshold,
    (actual, now): (Option<f64>, Option<&RunFigures>),
    reference: &StoredReference,
) -> (ThresholdVerdict, BaselineAnswer) {
    let mut verdict = ThresholdVerdict {
        threshold: threshold.clone(),
        arm: None,
        actual,
        interval: None,
        samples: measured.total.requests.intended.max(measured.iteration.response_time.samples),
        holds: true,
        borderline: false,
        severity: Severity::Error,
        doubt: None,
    };
    let Some((actual, now)) = actual.zip(now) else {
        let why = format!("`{threshold}` has no data");
        (verdict.holds, verdict.doubt) = (false, Some(why));
        return (verdict, BaselineAnswer::Breached);
    };
    let known = match known(threshold, (actual, now), reference) {
        Ok(known) => known,
        Err(why) => return (verdict, BaselineAnswer::CannotTell(format!("`{threshold}` was not judged: {why}"))),
    };
    verdict.threshold = threshold.clone().resolved(known.figure);
    verdict.interval = known.interval;
    if verdict.threshold.holds(actual) {
        return (verdict, BaselineAnswer::Holds);
    }
    if known.is_worse {
        verdict.holds = false;
        return (verdict, BaselineAnswer::Breached);
    }
    verdict.borderline = true;
    let shown = figure::beside_limit(&verdict.threshold, actual);
    let margin = figure::margin(&verdict.threshold, actual);
    let why = match known.interval {
        Some(_) => "stored runs of the same code differ by as much".to_owned(),
        None => format!("{}, and with fewer than 5 only a change of 30 % counts", stored_runs(known.stored as u64)),
    };
    (verdict, BaselineAnswer::CannotTell(format!("`{threshold}` cannot be decided: {shown} ({margin}); {why}")))
}

fn known(
    threshold: &Threshold,
    (actual, now): (f64, &RunFigures),
    reference: &StoredReference,
) -> Result<Known, String> {
    let figures = match reference {
        StoredReference::Runs { figures, .. } => figures,
        StoredReference::Nothing => {
            return Err("there is no baseline yet: a run without `--strict` makes one".to_owned());
        }
        StoredReference::NotComparable(why) => return Err(why.join(", ")),
    };
    let upper = matches!(threshold.comparison, Comparison::Less | Comparison::LessOrEqual);
    let name = match threshold.metric {
        Metric::Mean => "mean",
        Metric::Median => "median",
        Metric::Percentile(percentile) if percentile.percent() == 50.0 => "median",
        Metric::Percentile(percentile) if percentile.percent() == 95.0 => "p95",
        Metric::Throughput => "throughput",
        Metric::SuccessRate => return share(figures, actual, upper, |rate| rate),
        Metric::ErrorRate => return share(figures, actual, upper, |rate| 1.0 - rate),
        metric => return Err(format!("`{metric}` is not stored: compare `mean`, `p50`, `p95` or `throughput`")),
    };
    let report = with(figures, now, ThroughputMeaning::OfTheServer);
    let change = report.changes.into_iter().find(|change| change.metric == name);
    let change = change.ok_or_else(|| format!("`{name}` is not compared"))?;
    let figure = change.before.ok_or_else(|| format!("no stored run has `{name}`"))?;
    let interval = change.change.and_then(|change| change.interval);
    let is_worse = match interval {
        Some((low, high)) => {
            if upper {
                low > 1.0
            } else {
                high < 1.0
            }
        }
        None => change.verdict == ChangeVerdict::Regressed,
    };
    let interval = interval.map(|(low, high)| (figure * low, figure * high));
    Ok(Known { figure, is_worse, interval, stored: figures.len() })
}

/// Shares are compared by their difference: a share of nothing has no ratio.
fn share(figures: &[RunFigures], actual: f64, upper: bool, of_rate: impl Fn(f64) -> f64) -> Result<Known, String> {
    let stored: Vec<f64> = figures.iter().filter_map(|run| run.success_rate).map(of_rate).collect();
    if stored.is_empty() {
        return Err("no stored run has a success rate".to_owned());
    }
    let mean = stored.iter().sum::<f64>() / stored.len() as f64;
    let worse_by = if upper { actual - mean } else { mean - actual };
    // Most runs have no failure at all, so that their spread says nothing.
    let spread = stored.iter().map(|share| (share - mean).abs()).fold(0.0, f64::max);
    let is_worse = worse_by > SHARE_GUARD.max(2.0 * spread);
    Ok(Known { figure: mean, is_worse, interval: None, stored: stored.len() })
}

fn breach(verdict: &ThresholdVerdict) -> String {
    let threshold = &verdict.threshold;
    let Some(actual) = verdict.actual else { return format!("`{threshold}` has no data") };
    let interval = verdict.interval.map_or_else(String::new, |interval| {
        format!("; 95 % interval {}", figure::interval(threshold.metric, interval))
    });
    let (shown, margin) = (figure::beside_limit(threshold, actual), figure::margin(threshold, actual));
    format!("`{threshold}` was breached: {shown} ({margin}{interval})")
}

#[cfg(test)]
mod tests;
