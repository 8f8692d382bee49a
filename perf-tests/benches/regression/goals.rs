//! Whether the goals are reached, and which length would reach them. Pure.

use super::tally::{ComparisonRow, Regressed, percent};

/// At most this share of comparisons of equal servers may say *regressed*.
const MOST_FALSE_ALARMS: f64 = 0.03;
/// A mean that is greater by this many percent is to be found in at least this share of comparisons, of this length.
const FOUND_PERCENT: f64 = 10.0;
const LEAST_FOUND: f64 = 0.95;

/// Quantiles of the normal distribution: the end of a 95 % interval, a tail of 3 %, a tail of 5 %.
const HALF_WIDTH: f64 = 1.960;
const TAIL_OF_ALARMS: f64 = 1.881;
const TAIL_OF_MISSES: f64 = 1.645;

/// Changes below it do not matter, as a logarithm.
fn tolerance() -> f64 {
    0.05_f64.ln_1p()
}

/// Half the width that an interval may have, as a logarithm, so that a mean that did not change exceeds the tolerance by chance
/// in as few comparisons as the goal allows.
fn narrow_enough_for_few_alarms() -> f64 {
    tolerance() * HALF_WIDTH / TAIL_OF_ALARMS
}

/// The same, so that the estimate exceeds both the tolerance and the reach of its interval in as many comparisons as the goal
/// asks for, if the mean changed by the percentage of the goal.
fn narrow_enough_to_find() -> f64 {
    let change = (FOUND_PERCENT / 100.0).ln_1p();
    let misses = TAIL_OF_MISSES / HALF_WIDTH;
    ((change - tolerance()) / misses).min(change / (1.0 + misses))
}

/// A line for each row that has a goal; `longest_s` is the length for which changes must be found.
pub(crate) fn lines(rows: &[ComparisonRow], longest_s: usize) -> Vec<String> {
    rows.iter().filter_map(|row| line(row, longest_s)).collect()
}

fn line(row: &ComparisonRow, longest_s: usize) -> Option<String> {
    let (name, length_s) = (row.kind.name(), row.length_s);
    if row.percent == 0.0 {
        let alarms = row.regressed(|window| window.verdict);
        let goal = format!("{name}, {length_s} s: false alarms in at most {:.0} %", 100.0 * MOST_FALSE_ALARMS);
        let (is_reached, (low, high)) = (alarms.share()? <= MOST_FALSE_ALARMS, alarms.interval());
        let is_certain = if is_reached { high <= MOST_FALSE_ALARMS } else { low > MOST_FALSE_ALARMS };
        let by_mean = row.regressed(|window| window.mean);
        if !is_reached && by_mean.share()? <= MOST_FALSE_ALARMS {
            let (count, of) = (by_mean.count, by_mean.of);
            let line = goal_line(&goal, alarms, is_reached, is_certain);
            return Some(format!("{line}; the mean alone reaches it ({count} of {of}), the others are alarms of p95"));
        }
        return Some(with_length(
            goal_line(&goal, alarms, is_reached, is_certain),
            row,
            is_reached,
            narrow_enough_for_few_alarms(),
        ));
    }
    if row.percent == FOUND_PERCENT && length_s == longest_s {
        let found = row.regressed(|window| window.mean);
        let goal = format!("{name}, {length_s} s: +10 % in the mean found in at least {:.0} %", 100.0 * LEAST_FOUND);
        let (is_reached, (low, high)) = (found.share()? >= LEAST_FOUND, found.interval());
        let is_certain = if is_reached { low >= LEAST_FOUND } else { high < LEAST_FOUND };
        return Some(with_length(
            goal_line(&goal, found, is_reached, is_certain),
            row,
            is_reached,
            narrow_enough_to_find(),
        ));
    }
    None
}

fn goal_line(goal: &str, share: Regressed, is_reached: bool, is_certain: bool) -> String {
    let reached = if is_reached { "reached" } else { "not reached" };
    let doubt = if is_certain { "" } else { "; too few comparisons to be sure" };
    format!("* {goal}: {reached}, {} of {}, {}{doubt}", share.count, share.of, share.text())
}

fn with_length(line: String, row: &ComparisonRow, is_reached: bool, narrow_enough: f64) -> String {
    if is_reached { line } else { format!("{line}; {}", length_that_would(row, narrow_enough)) }
}

/// Widths shrink with the root of the length.
fn length_that_would(row: &ComparisonRow, narrow_enough: f64) -> String {
    // All but one in twenty must be narrow enough, not half of them.
    let Some(half_width) = row.half_width(LEAST_FOUND) else { return "there is no interval to go by".to_owned() };
    let needed = percent(narrow_enough);
    if half_width <= narrow_enough {
        return format!(
            "its intervals are narrow enough (± {:.1} %, and ± {needed:.1} % would do): a longer run would not help",
            percent(half_width)
        );
    }
    let longer = row.length_s as f64 * (half_width / narrow_enough).powi(2);
    format!(
        "of {} intervals all but one in twenty are within ± {:.1} %, and ± {needed:.1} % would do: comparisons of {} s would reach it",
        row.windows.len(),
        percent(half_width),
        (longer / 10.0).ceil() * 10.0
    )
}
