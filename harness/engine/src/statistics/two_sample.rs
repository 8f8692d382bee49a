//! The difference of two series that were not measured side by side.

use super::dependence::autocorrelation_time;
use super::mean::MeanEstimate;
use super::shift::Shift;

/// Fewer values say hardly anything about their spread.
const FEWEST_VALUES: usize = 5;
/// However strongly the values of a series depend on each other, they are worth as much as three.
const LEAST_WORTH: f64 = 3.0;

/// How precisely the mean of one series is known.
#[derive(Debug, Clone, Copy)]
struct SeriesMean {
    mean: f64,
    /// Of the mean.
    variance: f64,
    degrees_of_freedom: f64,
}

impl SeriesMean {
    fn of(values: &[f64]) -> Option<SeriesMean> {
        if values.len() < FEWEST_VALUES {
            return None;
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let worth = (count / autocorrelation_time(values)).max(LEAST_WORTH);
        Some(SeriesMean { mean, variance: variance / worth, degrees_of_freedom: worth - 1.0 })
    }
}

impl Shift {
    /// The difference of the means, later − earlier, by Welch's method with as many values as the series are worth; `None` with
    /// fewer than five values in one of them.
    ///
    /// `between` is the standard deviation of what differs between two such series although nothing has changed: what
    /// happened around them, of which their own spread knows nothing.
    pub fn between_series(earlier: &[f64], later: &[f64], between: f64) -> Option<Shift> {
        let (earlier, later) = (SeriesMean::of(earlier)?, SeriesMean::of(later)?);
        Some(welch(earlier, later, 2.0 * between.powi(2)))
    }

    /// The logarithm of later ÷ earlier, by Welch's method; `None` unless both are above zero.
    pub fn between_means(earlier: MeanEstimate, later: MeanEstimate) -> Option<Shift> {
        let logarithm = |of: MeanEstimate| SeriesMean {
            mean: of.mean.ln(),
            variance: (of.standard_error / of.mean).powi(2),
            degrees_of_freedom: of.degrees_of_freedom,
        };
        (earlier.mean > 0.0 && later.mean > 0.0).then(|| welch(logarithm(earlier), logarithm(later), 0.0))
    }
}

/// `more` is variance that neither series shows.
fn welch(earlier: SeriesMean, later: SeriesMean, more: f64) -> Shift {
    let variance = earlier.variance + later.variance + more;
    let square = |series: SeriesMean| series.variance.powi(2) / series.degrees_of_freedom;
    let degrees_of_freedom = variance.powi(2) / (square(earlier) + square(later));
    let degrees_of_freedom = if degrees_of_freedom.is_nan() { f64::INFINITY } else { degrees_of_freedom };
    Shift::by_student_t(later.mean - earlier.mean, variance.sqrt(), degrees_of_freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_that_do_not_depend_on_themselves_give_welchs_interval() {
        // Alternating, so neighbours repel each other and nothing is widened: means 2 and 5, variances 1.2 and 4.8 of six values each.
        let earlier = [1.0, 3.0, 1.0, 3.0, 1.0, 3.0];
        let later = [3.0, 7.0, 3.0, 7.0, 3.0, 7.0];
        let shift = Shift::between_series(&earlier, &later, 0.0).unwrap();
        assert_eq!(shift.estimate, 3.0);
        assert!((shift.standard_error - 1.0f64.sqrt()).abs() < 1e-12);
        // 1² ÷ (0.2² ÷ 5 + 0.8² ÷ 5)
        assert!((shift.degrees_of_freedom - 1.0 / 0.136).abs() < 1e-9, "{shift:?}");
    }

    #[test]
    fn what_differs_between_two_series_widens_the_interval_even_of_steady_ones() {
        let shift = Shift::between_series(&[1.0; 10], &[1.0; 10], 0.03).unwrap();
        assert_eq!(shift.estimate, 0.0);
        assert!((shift.interval.high - 1.959_963_984_5 * 0.03 * 2.0f64.sqrt()).abs() < 1e-9, "{shift:?}");
    }

    #[test]
    fn equal_series_without_any_spread_differ_by_nothing() {
        let shift = Shift::between_series(&[1.0; 10], &[2.0; 10], 0.0).unwrap();
        assert_eq!((shift.interval.low, shift.interval.high), (1.0, 1.0));
    }

    #[test]
    fn values_that_come_in_stretches_are_worth_fewer() {
        // The same values, in an order that jumps by 11, and sorted.
        let in_turn: Vec<f64> = (0..30).map(|index| f64::from(index * 11 % 30)).collect();
        let in_stretches: Vec<f64> = (0..30).map(f64::from).collect();
        let error = |values: &[f64]| Shift::between_series(values, &[1.0; 30], 0.0).unwrap().standard_error;
        assert!(error(&in_stretches) > 2.0 * error(&in_turn), "{} {}", error(&in_stretches), error(&in_turn));
    }

    #[test]
    fn two_means_give_the_logarithm_of_their_ratio() {
        let mean = |mean, standard_error| MeanEstimate { mean, standard_error, reach: 2.0, degrees_of_freedom: 10.0 };
        let shift = Shift::between_means(mean(0.02, 0.0006), mean(0.04, 0.0016)).unwrap();
        assert!((shift.estimate - 2.0f64.ln()).abs() < 1e-12);
        // 3 % and 4 %: √(9 + 16) = 5 %.
        assert!((shift.standard_error - 0.05).abs() < 1e-12, "{shift:?}");
        // 25² ÷ (9² ÷ 10 + 16² ÷ 10)
        assert!((shift.degrees_of_freedom - 6_250.0 / 337.0).abs() < 1e-9, "{shift:?}");
        assert_eq!(Shift::between_means(mean(0.0, 0.0), mean(1.0, 0.1)), None);
    }

    #[test]
    fn four_values_are_too_few() {
        assert_eq!(Shift::between_series(&[1.0; 4], &[1.0; 10], 0.0), None);
    }
}
