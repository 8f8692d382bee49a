//! Arms that fail unequally often: a failure may take no time, or all of the timeout.

use super::change::ChangeVerdict;
use super::figures::{ArmFigures, StoredFigures};
use super::report::ChangeReport;

/// Shares of failed requests that differ by more make the times of all requests another matter.
const MOST_DIFFERENCE: f64 = 0.01;

/// Takes back what the times of unequally many failures cannot show: that the arm that fails more is no worse or better, that
/// the one that fails less is worse.
pub(super) fn distrust_times(report: &mut ChangeReport, reference: &ArmFigures, subject: &ArmFigures) {
    if let Some(shares) = failed_share(reference).zip(failed_share(subject)) {
        distrust_shares(report, shares);
    }
}

/// The same for stored runs: the mean of their shares, and that of the new ones.
pub(super) fn distrust_stored(report: &mut ChangeReport, stored: &[StoredFigures], now: &[StoredFigures]) {
    if let Some(shares) = mean_share(stored).zip(mean_share(now)) {
        distrust_shares(report, shares);
    }
}

fn distrust_shares(report: &mut ChangeReport, (before, after): (f64, f64)) {
    if (after - before).abs() <= MOST_DIFFERENCE {
        return;
    }
    let is_kept = |verdict: ChangeVerdict| match verdict {
        ChangeVerdict::Regressed => after > before,
        ChangeVerdict::NoWorse | ChangeVerdict::Improved => after < before,
        ChangeVerdict::CannotTell | ChangeVerdict::NotComparable => true,
    };
    let shares = format!("{} of the requests of {} failed, and {}", percent(after), report.subject, percent(before));
    let note = format!("{shares} of those of {}: times of failures are not those of work done", report.reference);
    for change in report.changes.iter_mut().filter(|change| !is_kept(change.verdict)) {
        change.verdict = ChangeVerdict::CannotTell;
        change.note = Some(note.clone());
    }
    report.notes.push(note);
}

fn mean_share(runs: &[StoredFigures]) -> Option<f64> {
    let shares: Vec<f64> = runs.iter().filter_map(|run| run.failed_share).collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}

fn failed_share(arm: &ArmFigures) -> Option<f64> {
    let (ok, failed) = arm.turns.iter().fold((0, 0), |sum, turn| (sum.0 + turn.ok, sum.1 + turn.failed));
    (ok + failed > 0).then(|| failed as f64 / (ok + failed) as f64)
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1_000.0).round() / 10.0)
}
