//! Changes in words, the same in verdicts and in every report.

use super::figure;
use crate::comparison::{ChangeEstimate, ChangeReport, ChangeVerdict, MetricChange};
use crate::metric::Metric;

/// The figures that a comparison is judged by; the others are shown.
const JUDGED: [&str; 2] = ["mean", "p95"];

/// `regressed`, `no worse` …
pub fn verdict_word(verdict: ChangeVerdict) -> &'static str {
    match verdict {
        ChangeVerdict::Regressed => "regressed",
        ChangeVerdict::NoWorse => "no worse",
        ChangeVerdict::Improved => "improved",
        ChangeVerdict::CannotTell => "cannot tell",
        ChangeVerdict::NotComparable => "not comparable",
    }
}

/// `+12.3 % (+8.1 % … +16.9 %)`
pub fn change_with_interval(estimate: &ChangeEstimate) -> String {
    let change = figure::change(estimate.ratio);
    match estimate.interval {
        Some((low, high)) => format!("{change} ({} … {})", figure::change(low), figure::change(high)),
        None => change,
    }
}

/// The smallest change that a comparison would have noticed: `5.2 %`.
pub fn smallest_visible(estimate: &ChangeEstimate) -> Option<String> {
    estimate.smallest_visible.filter(|share| share.is_finite()).map(|share| format!("{:.1} %", share * 100.0))
}

/// A figure of a comparison in its own unit.
pub fn compared_figure(change: &MetricChange, value: f64) -> String {
    match change.metric.parse::<Metric>() {
        Ok(metric) => figure::of(metric, value),
        Err(_) => figure::plain(value),
    }
}

/// True if the figure is one that comparisons are judged by.
pub fn is_judged(change: &MetricChange) -> bool {
    JUDGED.contains(&change.metric.as_str())
}

/// The verdict of a comparison in a sentence, with the figure that decided it.
pub fn change_sentence(report: &ChangeReport) -> String {
    let reference = &report.reference;
    let Some(change) = deciding(report) else {
        let why = report.notes.first().map_or(String::new(), |note| format!(": {note}"));
        return format!("compared with `{reference}`: {}{why}", verdict_word(report.verdict));
    };
    let metric = &change.metric;
    let figures = change.change.as_ref().map(change_with_interval);
    let figures = figures.unwrap_or_else(|| change.note.clone().unwrap_or_else(|| "no figures".to_owned()));
    let least = change.change.as_ref().and_then(smallest_visible);
    match report.verdict {
        ChangeVerdict::Regressed => format!("`{metric}` is worse than that of `{reference}`: {figures}"),
        ChangeVerdict::Improved => format!("`{metric}` is better than that of `{reference}`: {figures}"),
        ChangeVerdict::NoWorse => format!("`{metric}` is no worse than that of `{reference}`: {figures}"),
        ChangeVerdict::CannotTell => {
            let least = least.map(|least| format!("; a change of {least} would have been seen"));
            format!(
                "it is not clear if `{metric}` is worse than that of `{reference}`: {figures}{}",
                least.unwrap_or_default()
            )
        }
        ChangeVerdict::NotComparable => format!("`{metric}` cannot be compared with that of `{reference}`: {figures}"),
    }
}

/// The figure that has the verdict of the whole comparison; one that is judged, if there is one.
fn deciding(report: &ChangeReport) -> Option<&MetricChange> {
    let mut with_verdict = report.changes.iter().filter(|change| change.verdict == report.verdict);
    let judged = with_verdict.clone().find(|change| is_judged(change));
    judged.or_else(|| with_verdict.next())
}
