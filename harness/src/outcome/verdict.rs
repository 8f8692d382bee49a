//! One threshold, compared with the figures.

use super::threshold_verdict::{Severity, ThresholdVerdict};
use super::{confidence, counted, degradation, figure, subject, values, whole};
use crate::kind::Kind;
use crate::measure::{ClassFigures, Measured};
use crate::metric::{Metric, Percentile};
use crate::statistics::{FEW_SAMPLES_BEYOND, samples_beyond, samples_for_a_stable_percentile};
use crate::threshold::Threshold;

/// Compares `threshold` with the figures of a test of `kind`.
pub(super) fn compare(measured: &Measured, threshold: &Threshold, kind: Kind) -> ThresholdVerdict {
    if threshold.metric == Metric::Degradation {
        return degradation::compare(measured, threshold);
    }
    if threshold.metric.is_of_whole_test() {
        let samples = measured.total.requests.intended;
        return match whole::figure(measured, threshold.metric) {
            Ok(actual) => with_figure(threshold, actual, samples),
            Err(absent) => without_figure(threshold, absent, samples),
        };
    }
    if let Some(name) = threshold.subject.value() {
        return match values::figure(measured, name, threshold) {
            Ok((actual, samples)) => with_figure(threshold, actual, samples),
            Err(absent) => without_figure(threshold, absent, 0),
        };
    }
    match subject::within_class(measured, threshold) {
        Some((Ok(class), inner)) => return of_class(class, threshold, compare(&class.measured, &inner, kind)),
        Some((Err(no_such_class), _)) => return without_figure(threshold, no_such_class, 0),
        None => {}
    }
    let summary = match subject::find(measured, threshold, kind) {
        Ok(summary) => summary,
        Err(nothing_there) => return without_figure(threshold, nothing_there, 0),
    };
    let samples = subject::samples(summary, threshold.metric);
    let Some(actual) = subject::figure(summary, threshold.metric) else {
        let why = match threshold.metric {
            Metric::StatusShare(_) => "no response had a status",
            Metric::OfOk(_) => "no request was ok",
            _ => "nothing was measured",
        };
        return without_figure(threshold, format!("`{}` has no data: {why}", threshold.metric), samples);
    };
    let known = confidence::of(measured, threshold, kind, summary);
    let counted = counted::percentile(measured, threshold, kind, summary);
    let actual = counted.map_or(actual, |counted| counted.actual_s);
    let holds = match (subject::share(summary, threshold.metric), counted) {
        (Some((part, whole)), _) => threshold.holds_share(part, whole),
        (None, Some(counted)) => counted.holds,
        (None, None) => threshold.holds(actual),
    };
    ThresholdVerdict {
        interval: known.and_then(|known| known.interval),
        borderline: known.is_some_and(|known| known.borderline),
        holds,
        ..with_figure(threshold, actual, samples)
    }
}

/// The verdict on the figures of a class alone, as the one on its threshold.
fn of_class(class: &ClassFigures, threshold: &Threshold, verdict: ThresholdVerdict) -> ThresholdVerdict {
    let doubt = verdict.doubt.map(|doubt| format!("class `{}`: {doubt}", class.name));
    ThresholdVerdict { threshold: threshold.clone(), doubt, ..verdict }
}

fn with_figure(threshold: &Threshold, actual: f64, samples: u64) -> ThresholdVerdict {
    ThresholdVerdict {
        threshold: threshold.clone(),
        arm: None,
        actual: Some(actual),
        interval: None,
        samples,
        holds: threshold.holds(actual),
        borderline: false,
        severity: Severity::Error,
        doubt: too_few(threshold.metric, samples),
    }
}

fn without_figure(threshold: &Threshold, doubt: String, samples: u64) -> ThresholdVerdict {
    let blank = with_figure(threshold, f64::NAN, samples);
    ThresholdVerdict { actual: None, holds: false, doubt: Some(doubt), ..blank }
}

/// The warning for a percentile that has enough samples, but few beyond it.
pub(super) fn few_samples_warning(verdict: &ThresholdVerdict) -> Option<String> {
    let metric = verdict.threshold.metric;
    let (percentile, extremes) = match (metric.percentile()?, metric) {
        (percentile, Metric::OfValue(_)) if percentile.quantile() < 0.5 => (mirrored(percentile)?, "smallest"),
        (percentile, Metric::OfValue(_)) => (percentile, "largest"),
        (percentile, _) => (percentile, "slowest"),
    };
    let beyond = samples_beyond(percentile, verdict.samples);
    if verdict.doubt.is_some() || beyond >= FEW_SAMPLES_BEYOND {
        return None;
    }
    Some(format!(
        "`{}` depends on the {extremes} {} of {} samples, so it will vary from run to run (stable from about {} samples)",
        verdict.threshold,
        beyond.round().max(1.0),
        figure::count(verdict.samples),
        figure::count(samples_for_a_stable_percentile(percentile)),
    ))
}

/// p95 for p5: as many samples lie above the one as below the other.
fn mirrored(percentile: Percentile) -> Option<Percentile> {
    Percentile::new(100.0 - percentile.percent())
}

/// The warning for a figure whose limit lies inside its interval, or as near as that, whether or not the threshold holds.
pub(super) fn borderline_warning(verdict: &ThresholdVerdict) -> Option<String> {
    if !verdict.borderline {
        return None;
    }
    let why = match verdict.interval {
        Some(interval) => {
            format!("its 95 % interval is {}", figure::interval(verdict.threshold.metric, interval))
        }
        None => "neighbouring requests are alike for so long that the run is too short for an interval".to_owned(),
    };
    Some(format!("`{}` is borderline: {why}, so another measurement might decide otherwise", verdict.threshold))
}

fn too_few(metric: Metric, samples: u64) -> Option<String> {
    let percentile = metric.percentile()?;
    let least = match (metric, mirrored(percentile)) {
        // A value may be bounded from below, and then it is the small samples that must not be missing.
        (Metric::OfValue(_), Some(mirrored)) => percentile.least_samples().max(mirrored.least_samples()),
        _ => percentile.least_samples(),
    };
    let missing = samples < least;
    missing.then(|| format!("{metric} needs at least {least} samples to mean anything, there were {samples}"))
}
