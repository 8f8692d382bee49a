//! How many independent values a series of values that depend on their neighbours is worth.

/// With fewer independent values than this, it cannot even be said whether a limit is near: the spread of so few is hardly known.
pub const LEAST_EFFECTIVE_VALUES: f64 = 5.0;
/// An interval is believed only if it comes from so many, or from this share of a series that is short.
const BELIEVED_VALUES: f64 = 15.0;
const BELIEVED_SHARE: f64 = 0.4;
/// The share of the mean by which equal values may differ.
const ROUNDING: f64 = 1e-9;
/// A stronger dependence looks the same as a trend.
const STRONGEST_DEPENDENCE: f64 = 0.95;
/// No more than this part of a short series is what its own mean hides of its dependence.
const MOST_HIDDEN: f64 = 0.95;

/// The number of values divided by their autocorrelation time, which is 1 for values that do not depend on each other, and
/// otherwise about twice the number of values that pass until a deviation is forgotten.
pub fn effective_count(values: &[f64]) -> f64 {
    values.len() as f64 / Autocorrelation::of(values).time
}

/// True if the values are worth so many independent ones that an interval of their mean is to be believed.
///
/// A series that is hardly longer than its own memory looks independent, because deviations are from its own mean, which
/// has followed it. Each autocorrelation is too small by 1 ÷ the effective number of values for that reason.
pub fn depend_little(values: &[f64]) -> bool {
    let count = values.len() as f64;
    let Autocorrelation { time, lags } = Autocorrelation::of(values);
    let hidden = if time > 1.0 { ((2 * lags + 1) as f64 / count).min(MOST_HIDDEN) } else { 0.0 };
    count / time * (1.0 - hidden) >= BELIEVED_VALUES.min(BELIEVED_SHARE * count)
}

/// How long a series remembers.
struct Autocorrelation {
    /// In values.
    time: f64,
    /// The greatest distance of two values that it is computed from.
    lags: usize,
}

impl Autocorrelation {
    /// The autocorrelations are summed in pairs as long as a pair is positive (Geyer's initial sequence), because the
    /// estimates beyond are noise.
    fn of(values: &[f64]) -> Autocorrelation {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
        let covariation = |lag: usize| -> f64 {
            deviations.iter().zip(deviations.iter().skip(lag)).map(|(earlier, later)| earlier * later).sum()
        };
        let variation = covariation(0);
        // What is left of equal values are rounding errors.
        if variation <= (ROUNDING * mean).powi(2) * count {
            return Autocorrelation { time: 1.0, lags: 0 };
        }
        let pairs = (0..values.len() / 2).map(|pair| (covariation(2 * pair) + covariation(2 * pair + 1)) / variation);
        let positive: Vec<f64> = pairs.take_while(|pair| *pair > 0.0).collect();
        let time = (2.0 * positive.iter().sum::<f64>() - 1.0).max(1.0);
        Autocorrelation { time, lags: (2 * positive.len()).saturating_sub(1) }
    }
}

/// The autocorrelation time of a few dozen values, on the safe side: 1 for values that do not depend on their neighbours, at most 39.
///
/// (1 + ρ) ÷ (1 − ρ) for the autocorrelation ρ of neighbours. Of few values it comes out too low, by about (1 + 4ρ) ÷ n, and
/// the longer the memory is, the less certain it is; so it is raised by (2 + 5ρ) ÷ (n − 5).
pub(super) fn autocorrelation_time(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 1.0;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviations: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let variation: f64 = deviations.iter().map(|deviation| deviation * deviation).sum();
    if variation <= (ROUNDING * mean).powi(2) * count {
        return 1.0;
    }
    let covariation: f64 = deviations.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let estimate = covariation / variation;
    // Of fewer than ten values, so much would be more than is known.
    let raised = estimate + (2.0 + 5.0 * estimate) / (count - 5.0).max(count / 2.0);
    let dependence = raised.clamp(0.0, STRONGEST_DEPENDENCE);
    (1.0 + dependence) / (1.0 - dependence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded::SplitMix64;

    /// A first-order autoregression, whose autocorrelation time is (1 + memory) ÷ (1 − memory).
    fn series(memory: f64, length: usize, seed: u64) -> Vec<f64> {
        let mut random = SplitMix64::new(seed);
        let mut value = 0.0;
        let mut next = || {
            let noise: f64 = (0..12).map(|_| random.next_unit()).sum::<f64>() - 6.0;
            value = memory * value + noise;
            value
        };
        (0..100).for_each(|_| _ = next());
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn independent_values_are_worth_about_their_number() {
        let mean = (0..50).map(|seed| effective_count(&series(0.0, 200, seed))).sum::<f64>() / 50.0;
        assert!((140.0..=200.0).contains(&mean), "{mean}");
    }

    #[test]
    fn values_that_depend_on_each_other_are_worth_their_number_by_the_autocorrelation_time() {
        // (1 + 0.8) ÷ (1 − 0.8) is 9.
        let mean = (0..50).map(|seed| effective_count(&series(0.8, 2_000, seed))).sum::<f64>() / 50.0;
        assert!((2_000.0 / 9.0 * 0.8..2_000.0 / 9.0 * 1.3).contains(&mean), "{mean}");
    }

    #[test]
    fn values_that_rise_throughout_are_worth_hardly_more_than_two_however_many() {
        for count in [20, 100, 1_000] {
            let effective = effective_count(&(0..count).map(f64::from).collect::<Vec<_>>());
            assert!(effective < LEAST_EFFECTIVE_VALUES, "{count}: {effective}");
        }
    }

    /// The share of series whose values depend little.
    fn little(memory: f64, length: usize) -> f64 {
        let count = (0..200).filter(|seed| depend_little(&series(memory, length, *seed))).count();
        count as f64 / 200.0
    }

    #[test]
    fn a_series_that_is_hardly_longer_than_its_memory_is_not_believed_and_an_independent_one_is() {
        assert!(little(0.0, 20) > 0.8 && little(0.0, 100) > 0.98);
        // A memory of 20 values: 100 of them are worth 2.5, and 1,000 are worth 25.
        assert!(little(0.95, 100) < 0.1, "{}", little(0.95, 100));
        assert!(little(0.95, 1_000) > 0.6, "{}", little(0.95, 1_000));
    }

    #[test]
    fn values_that_do_not_vary_do_not_depend_on_each_other() {
        assert_eq!(effective_count(&[3.0; 40]), 40.0);
        let rounded: Vec<f64> = (1..=40).map(|count| f64::from(count) * 0.1 / f64::from(count)).collect();
        assert_eq!(effective_count(&rounded), 40.0);
    }

    #[test]
    fn the_time_of_few_values_is_on_the_safe_side() {
        // True times: 1, (1 + 0.5) ÷ (1 − 0.5) = 3, 9. The mean of the estimates is above.
        for (memory, expected) in [(0.0, 1.0..=1.6), (0.5, 3.0..=6.0), (0.8, 9.0..=25.0)] {
            let times = (0..200).map(|seed| autocorrelation_time(&series(memory, 30, seed)));
            let mean = times.sum::<f64>() / 200.0;
            assert!(expected.contains(&mean), "{memory}: {mean}");
        }
    }

    #[test]
    fn few_values_that_do_not_vary_have_no_memory() {
        assert_eq!((autocorrelation_time(&[3.0; 40]), autocorrelation_time(&[])), (1.0, 1.0));
    }
}
