//! The difference of two series whose values were measured side by side, by Hodges and Lehmann.

use super::dependence::autocorrelation_time;
use super::interval::ConfidenceInterval;
use super::shift::{Shift, TAIL_OF_95, TAIL_OF_98, TAIL_OF_99};
use super::signed_rank::SignedRanks;
use super::student_t::student_t_beyond;
use super::trend::median;

/// With more differences than this, neighbours are averaged: 300 have 45,150 Walsh averages.
const MOST_DIFFERENCES: usize = 300;
/// However strongly the differences depend on each other, they are worth as much as three.
const LEAST_WORTH: f64 = 3.0;

/// The median of the Walsh averages, which are the means of each two values and each value itself, and intervals between two of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HodgesLehmann {
    pub(super) estimate: f64,
    averages: Vec<f64>,
    ranks: SignedRanks,
}

impl HodgesLehmann {
    /// `None` without values.
    pub(super) fn of(values: &[f64]) -> Option<HodgesLehmann> {
        let averages = walsh_averages(values);
        Some(HodgesLehmann { estimate: median(&averages)?, averages, ranks: SignedRanks::of(values.len()) })
    }

    /// Beyond each of whose ends the true middle lies with a probability of at most `tail`, for values that do not depend on each
    /// other. `None` if there are too few: 95 % take six, 98 % seven and 99 % eight.
    pub(super) fn interval(&self, tail: f64) -> Option<ConfidenceInterval> {
        let rank = self.ranks.lower_rank(tail)?;
        Some(ConfidenceInterval { low: self.averages[rank - 1], high: self.averages[self.averages.len() - rank] })
    }
}

impl Shift {
    /// From the differences of pairs, in order of time; `None` with fewer than eight.
    ///
    /// The interval between two Walsh averages is right for differences that do not depend on each other. What lasts longer
    /// than a pair makes them alike, so it is widened by the root of their autocorrelation time, and by Student's t of as many
    /// differences as they are worth. (Simulated, 30 pairs with memory 0.8: it held the truth in 47 of 100, widened in 91.)
    ///
    /// `steadier` are the differences of another figure of the same pairs, which has less noise of its own: that noise hides how much
    /// neighbours depend on each other, so the longer time of the two counts.
    pub fn of_pairs(differences: &[f64], steadier: &[f64]) -> Option<Shift> {
        let differences = averaged(differences);
        let plain = HodgesLehmann::of(&differences)?;
        let count = differences.len() as f64;
        let time = autocorrelation_time(&differences).max(autocorrelation_time(&averaged(steadier)));
        let degrees_of_freedom = (count / time).max(LEAST_WORTH) - 1.0;
        let widened = |tail: f64| -> Option<ConfidenceInterval> {
            let ConfidenceInterval { low, high } = plain.interval(tail)?;
            let quantiles = student_t_beyond(tail, degrees_of_freedom) / student_t_beyond(tail, count - 1.0);
            let factor = time.sqrt() * quantiles;
            let (below, above) = (plain.estimate - low, high - plain.estimate);
            Some(ConfidenceInterval { low: plain.estimate - factor * below, high: plain.estimate + factor * above })
        };
        let (of_99, of_98, interval) = (widened(TAIL_OF_99)?, widened(TAIL_OF_98)?, widened(TAIL_OF_95)?);
        let standard_error = (interval.high - interval.low) / 2.0 / student_t_beyond(TAIL_OF_95, degrees_of_freedom);
        Some(Shift { estimate: plain.estimate, interval, of_98, of_99, standard_error, degrees_of_freedom })
    }
}

/// At most 300 differences, each the mean of neighbours.
fn averaged(differences: &[f64]) -> Vec<f64> {
    let parts = differences.len().min(MOST_DIFFERENCES);
    let part = |index: usize| &differences[index * differences.len() / parts..(index + 1) * differences.len() / parts];
    (0..parts).map(part).map(|part| part.iter().sum::<f64>() / part.len() as f64).collect()
}

/// Smallest first.
fn walsh_averages(values: &[f64]) -> Vec<f64> {
    let mut averages = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (index, value) in values.iter().enumerate() {
        averages.extend(values[index..].iter().map(|other| f64::midpoint(*value, *other)));
    }
    averages.sort_unstable_by(f64::total_cmp);
    averages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_values_give_the_whole_range_of_their_averages() {
        // Walsh averages of 1, 2, 3, 4, 5, 16: the middle of the 21 is 3.5; rank 1 from either end is 1 and 16.
        let of_six = HodgesLehmann::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 16.0]).unwrap();
        assert_eq!(of_six.estimate, 3.5);
        assert_eq!(of_six.interval(TAIL_OF_95), Some(ConfidenceInterval { low: 1.0, high: 16.0 }));
        assert_eq!(of_six.interval(TAIL_OF_98), None);
    }

    #[test]
    fn one_outlier_in_ten_hardly_moves_it() {
        let mut values: Vec<f64> = (0..10).map(f64::from).collect();
        let before = HodgesLehmann::of(&values).unwrap().estimate;
        values[9] = 1e9;
        let after = HodgesLehmann::of(&values).unwrap().estimate;
        assert_eq!(before, 4.5);
        assert!((before..before + 1.0).contains(&after), "{after}");
    }

    #[test]
    fn equal_differences_have_an_interval_of_width_zero() {
        let shift = Shift::of_pairs(&[0.25; 12], &[]).unwrap();
        let point = ConfidenceInterval { low: 0.25, high: 0.25 };
        assert_eq!((shift.estimate, shift.interval, shift.of_98, shift.of_99), (0.25, point, point, point));
        assert_eq!(shift.reach_of_four_in_five(), 0.0);
    }

    #[test]
    fn differences_that_come_in_stretches_have_a_wider_interval_than_the_same_in_turn() {
        // The same values, 0 to 29: in an order that jumps by 11, and sorted.
        let in_turn: Vec<f64> = (0..30).map(|index| f64::from(index * 11 % 30)).collect();
        let in_stretches: Vec<f64> = (0..30).map(f64::from).collect();
        let width = |values: &[f64]| {
            let interval = Shift::of_pairs(values, &[]).unwrap().interval;
            interval.high - interval.low
        };
        assert!(width(&in_stretches) > 1.5 * width(&in_turn), "{} {}", width(&in_stretches), width(&in_turn));
    }

    #[test]
    fn noise_does_not_hide_what_a_steadier_figure_shows() {
        let steady: Vec<f64> = (0..30).map(f64::from).collect();
        let noisy: Vec<f64> = (0..30).map(|index| f64::from(index + index * 11 % 30)).collect();
        let (alone, beside) = (Shift::of_pairs(&noisy, &[]).unwrap(), Shift::of_pairs(&noisy, &steady).unwrap());
        assert!(beside.interval.high > alone.interval.high && beside.interval.low < alone.interval.low);
        assert_eq!(beside.estimate, alone.estimate);
    }

    #[test]
    fn seven_pairs_are_too_few() {
        assert_eq!(Shift::of_pairs(&[0.1; 7], &[]), None);
        assert_eq!(Shift::of_pairs(&[], &[]), None);
        assert!(Shift::of_pairs(&[0.1; 8], &[]).is_some());
    }

    #[test]
    fn a_long_series_is_averaged() {
        let differences: Vec<f64> = (0..10_000).map(|index| f64::from(index % 7)).collect();
        let shift = Shift::of_pairs(&differences, &[]).unwrap();
        assert!((shift.estimate - 3.0).abs() < 0.05, "{shift:?}");
    }
}
