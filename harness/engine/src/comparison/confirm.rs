//! A regression counts only if a second measurement agrees.

use super::change::{ChangeVerdict, MetricChange};
use super::judgement::worst;
use super::report::ChangeReport;

/// The verdict of the first measurement, after a second one of the same kind.
///
/// A figure stays *regressed* if it regressed in both; otherwise the verdict is *cannot tell*. What did not regress the first time stays as
/// it was, and needs no second measurement.
pub fn confirm(first: ChangeReport, second: &ChangeReport) -> ChangeReport {
    if first.verdict != ChangeVerdict::Regressed {
        return first;
    }
    let mut report = first;
    for change in report.changes.iter_mut().filter(|change| change.verdict == ChangeVerdict::Regressed) {
        let again = second.changes.iter().find(|again| again.metric == change.metric);
        if again.is_some_and(|again| again.verdict == ChangeVerdict::Regressed) {
            continue;
        }
        change.verdict = ChangeVerdict::CannotTell;
        change.note =
            Some(again.map_or("measured again, this figure is missing, so it does not count".into(), contradiction));
    }
    report.verdict = worst(&report.changes);
    let is_confirmed = report.verdict == ChangeVerdict::Regressed;
    report.confirmed = Some(is_confirmed);
    report.notes.push(if is_confirmed {
        "measured again: both measurements agree".into()
    } else {
        "measured again: the second measurement does not agree, so the regression does not count".into()
    });
    report
}

fn contradiction(again: &MetricChange) -> String {
    let change = again.change.map_or(String::new(), |change| {
        let percent = |ratio: f64| format!("{:+.1} %", (ratio - 1.0) * 100.0);
        let interval = change.interval.map(|(low, high)| format!(" ({} to {})", percent(low), percent(high)));
        format!(" {}{}", percent(change.ratio), interval.unwrap_or_default())
    });
    format!("measured again, it changed by{change}, so it does not count")
}
