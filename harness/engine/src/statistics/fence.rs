//! Which change between neighbours is unusual for a series.

/// With fewer changes, their quartiles are hardly known.
const FEWEST_CHANGES: usize = 19;

/// The change between two neighbours that is unusual for this series: Q3 + 3 · IQR of the sizes of the changes between neighbours
/// before. `None` with fewer than 20 values.
pub fn unusual_change(values: &[f64]) -> Option<f64> {
    let mut changes: Vec<f64> = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    if changes.len() < FEWEST_CHANGES || changes.iter().any(|change| !change.is_finite()) {
        return None;
    }
    changes.sort_unstable_by(f64::total_cmp);
    let (lower, upper) = (quantile(&changes, 0.25), quantile(&changes, 0.75));
    Some(upper + 3.0 * (upper - lower))
}

/// Between the two sorted values beside it.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    below + (above - below) * position.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fence_lies_three_interquartile_ranges_above_the_upper_quartile() {
        // The sizes of the changes are 0, 1, 2 … 20: quartiles 5 and 15, so 15 + 3 · 10.
        let mut values = vec![0.0];
        for size in 0..=20 {
            values.push(values[values.len() - 1] + if size % 2 == 0 { f64::from(size) } else { -f64::from(size) });
        }
        assert_eq!(unusual_change(&values), Some(45.0));
    }

    #[test]
    fn nineteen_values_are_too_few() {
        assert_eq!(unusual_change(&[1.0; 19]), None);
        assert_eq!(unusual_change(&[1.0; 20]), Some(0.0));
    }

    #[test]
    fn a_missing_value_makes_no_fence() {
        let mut values = [1.0; 30];
        values[7] = f64::NAN;
        assert_eq!(unusual_change(&values), None);
    }
}
