//! The rule by which a change is judged.

use super::change::{ChangeEstimate, ChangeVerdict, MetricChange};
use super::figures::{ComparedFigure, ComparisonRules};
use crate::statistics::{ConfidenceInterval, Shift};

/// Rounding errors of logarithms are no change.
const ROUNDING: f64 = 1e-12;

/// A figure's log-ratio in the direction in which it grows worse, and the tolerance in the same terms.
#[derive(Debug, Clone, Copy)]
struct Worsening {
    shift: Shift,
    /// What must lie on the worse side for a regression: the 98 % interval of the mean, the 99 % interval of every other figure.
    /// Several figures are judged at once, and where values depend on each other no interval holds quite what it should.
    certain: ConfidenceInterval,
    tolerated: f64,
    /// The tolerance towards the better side.
    improvement: f64,
}

impl Worsening {
    fn of(figure: ComparedFigure, log_ratio: Shift, rules: ComparisonRules) -> Worsening {
        let more = rules.tolerance.max(0.0).ln_1p();
        // Less by 100 % or more is less than nothing: no figure gets there.
        let less = -(-rules.tolerance.clamp(0.0, 1.0)).ln_1p();
        let (shift, tolerated, improvement) =
            if figure.is_better_if_greater() { (log_ratio.reversed(), less, more) } else { (log_ratio, more, less) };
        let certain = if figure == ComparedFigure::Mean { shift.of_98 } else { shift.of_99 };
        Worsening { shift, certain, tolerated, improvement }
    }

    fn verdict(self) -> ChangeVerdict {
        let Shift { estimate, interval, .. } = self.shift;
        if self.certain.low > ROUNDING && estimate >= self.tolerated - ROUNDING {
            ChangeVerdict::Regressed
        } else if interval.high < -ROUNDING && -estimate >= self.improvement - ROUNDING {
            ChangeVerdict::Improved
        } else if interval.high < self.tolerated {
            ChangeVerdict::NoWorse
        } else {
            ChangeVerdict::CannotTell
        }
    }

    /// The least true worsening of which four in five comparisons like this one would say *regressed*: the estimate must
    /// exceed both the tolerance and the reach of its interval, and lies that far below the truth in one of five.
    fn smallest_visible(self) -> f64 {
        let reach = self.shift.estimate - self.certain.low;
        reach.max(self.tolerated) + self.shift.reach_of_four_in_five()
    }

    /// Why neither a regression nor its absence can be claimed.
    fn doubt(self) -> String {
        let tolerance = percent(self.tolerated);
        if self.shift.interval.low > ROUNDING && self.shift.estimate < self.tolerated {
            return format!("it is worse for sure, but it may be by less or by more than {tolerance}");
        }
        if self.shift.interval.low > ROUNDING {
            return "it is worse with 95 % confidence; this figure needs 99 %, because several are judged at once"
                .into();
        }
        let share = (self.shift.interval.high - self.shift.estimate) / self.tolerated;
        let longer = (share * share).ceil().max(2.0);
        if longer > 100.0 {
            return format!(
                "the interval is far wider than the tolerance of {tolerance}: a longer run would not help, a calmer one might"
            );
        }
        format!("the interval reaches beyond the tolerance of {tolerance}: a run {longer} times as long might tell")
    }
}

/// The change of `figure` by `log_ratio`, after ÷ before.
pub(super) fn judged(
    figure: ComparedFigure,
    (before, after): (Option<f64>, Option<f64>),
    log_ratio: Shift,
    rules: ComparisonRules,
) -> MetricChange {
    let worsening = Worsening::of(figure, log_ratio, rules);
    let verdict = worsening.verdict();
    let visible = worsening.smallest_visible();
    let share = |worse: f64| if figure.is_better_if_greater() { -(-worse).exp_m1() } else { worse.exp_m1() };
    MetricChange {
        metric: figure.name().into(),
        before,
        after,
        change: Some(ChangeEstimate {
            ratio: log_ratio.estimate.exp(),
            interval: Some((log_ratio.interval.low.exp(), log_ratio.interval.high.exp())),
            smallest_visible: Some(share(visible)),
        }),
        verdict,
        values: 0,
        note: (verdict == ChangeVerdict::CannotTell).then(|| worsening.doubt()),
    }
}

/// A figure of which nothing can be said, and why; the ratio of the totals is shown without an interval.
pub(super) fn unjudged(
    figure: ComparedFigure,
    (before, after): (Option<f64>, Option<f64>),
    verdict: ChangeVerdict,
    note: String,
) -> MetricChange {
    let ratio = before.zip(after).filter(|(before, after)| *before > 0.0 && after.is_finite()).map(|(b, a)| a / b);
    MetricChange {
        metric: figure.name().into(),
        before,
        after,
        change: ratio.map(|ratio| ChangeEstimate { ratio, interval: None, smallest_visible: None }),
        verdict,
        values: 0,
        note: Some(note),
    }
}

/// The worst verdict of the mean and of p95; what is not comparable counts only if both are.
pub(super) fn worst(changes: &[MetricChange]) -> ChangeVerdict {
    let decisive = changes.iter().filter(|change| ComparedFigure::is_decisive(&change.metric));
    decisive.map(|change| change.verdict).min_by_key(|verdict| rank(*verdict)).unwrap_or(ChangeVerdict::NotComparable)
}

/// The worst first.
fn rank(verdict: ChangeVerdict) -> u8 {
    match verdict {
        ChangeVerdict::Regressed => 0,
        ChangeVerdict::CannotTell => 1,
        ChangeVerdict::NoWorse => 2,
        ChangeVerdict::Improved => 3,
        ChangeVerdict::NotComparable => 4,
    }
}

/// A logarithm as a change in percent: `5 %`.
pub(super) fn percent(logarithm: f64) -> String {
    let percent = (logarithm.abs().exp_m1() * 1_000.0).round() / 10.0;
    format!("{percent} %")
}
