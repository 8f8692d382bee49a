//! One comparison: some neighbouring pairs of turns, judged by each method. Pure.

use proofload::__internals::comparison::{
    ArmFigures, ChangeVerdict, ComparisonRules, MetricChange, StoredFigures, interleaved,
};
use proofload::__internals::statistics::mann_whitney;

use super::load::OfferedArm;

/// The level of the test of Mann and Whitney, and the rule that has no statistics.
const LEVEL: f64 = 0.05;
const BARE_RULE: f64 = 1.05;

/// What each method says of one comparison: true is *regressed*.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JudgedWindow {
    /// Proofload's verdict, which is the worse of those on the mean and on p95.
    pub(crate) verdict: bool,
    /// Proofload's verdict on the mean.
    pub(crate) mean: bool,
    /// Mann–Whitney on the times of all requests: they differ, and the second server's median is greater.
    pub(crate) mann_whitney: bool,
    /// The mean of all requests is greater by 5 %.
    pub(crate) bare_rule: bool,
    /// The logarithm of the ratio of the means, and half the width of its interval.
    pub(crate) log_ratio: f64,
    pub(crate) half_width: f64,
}

/// Cuts a run into comparisons of `pairs` pairs of turns; what is left over is not used.
pub(crate) fn windows([first, second]: &[OfferedArm; 2], pairs: usize) -> Vec<JudgedWindow> {
    let cut = |arm: &OfferedArm| -> Vec<(ArmFigures, Vec<f64>)> {
        let parts = arm.turns.chunks_exact(pairs).zip(arm.raw_s.chunks_exact(pairs));
        parts
            .map(|(turns, raw_s)| {
                let mut times_s = raw_s.concat();
                times_s.sort_by(f64::total_cmp);
                let totals = totals(&times_s, pairs);
                (ArmFigures { name: String::new(), totals, turns: turns.to_vec() }, times_s)
            })
            .collect()
    };
    cut(first).iter().zip(&cut(second)).filter_map(|(before, after)| judged(before, after)).collect()
}

/// `None` if the mean got no interval.
fn judged(before: &(ArmFigures, Vec<f64>), after: &(ArmFigures, Vec<f64>)) -> Option<JudgedWindow> {
    let ((before, before_s), (after, after_s)) = (before, after);
    let report = interleaved(before, after, ComparisonRules::default());
    let mean: &MetricChange = report.changes.iter().find(|change| change.metric == "mean")?;
    let change = mean.change?;
    let (low, high) = change.interval?;
    let totals = (before.totals, after.totals);
    let median_is_greater = totals.1.p50_s > totals.0.p50_s;
    Some(JudgedWindow {
        verdict: report.verdict == ChangeVerdict::Regressed,
        mean: mean.verdict == ChangeVerdict::Regressed,
        mann_whitney: median_is_greater && mann_whitney(before_s, after_s) < LEVEL,
        bare_rule: totals.0.mean_s.zip(totals.1.mean_s).is_some_and(|(before, after)| after >= BARE_RULE * before),
        log_ratio: change.ratio.ln(),
        half_width: (high.ln() - low.ln()) / 2.0,
    })
}

/// Of the times of all requests, smallest first, in `seconds`.
fn totals(sorted_s: &[f64], seconds: usize) -> StoredFigures {
    let count = sorted_s.len();
    let rank = |share: f64| sorted_s.get(((share * count as f64).ceil() as usize).max(1) - 1).copied();
    StoredFigures {
        mean_s: (count > 0).then(|| sorted_s.iter().sum::<f64>() / count as f64),
        p50_s: rank(0.5),
        p95_s: rank(0.95),
        throughput_per_s: Some(count as f64 / seconds as f64),
        failed_share: None,
        samples: count as u64,
    }
}
