//! Fewer points, without losing a peak.

/// The points of a chart: its x and the values of each line.
pub(super) type Points = (Vec<f64>, Vec<Vec<Option<f64>>>);

/// At most `most` points (an even number): of each interval the least and the greatest value of each line, in the order in
/// which they came, at the interval's first and last x. What has no value in a whole interval has none afterwards.
pub(super) fn thin(xs: &[f64], lines: &[&[Option<f64>]], most: usize) -> Points {
    if xs.len() <= most {
        return (xs.to_vec(), lines.iter().map(|values| values.to_vec()).collect());
    }
    let length = xs.len().div_ceil(most / 2);
    let ends = |interval: &[f64]| [interval[0], interval[interval.len() - 1]];
    let xs = xs.chunks(length).flat_map(ends).collect();
    let lines = lines.iter().map(|values| values.chunks(length).flat_map(extremes).collect());
    (xs, lines.collect())
}

/// The least and the greatest value, in order of time.
fn extremes(values: &[Option<f64>]) -> [Option<f64>; 2] {
    let known = || values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?)));
    let least = known().min_by(|a, b| a.1.total_cmp(&b.1));
    let greatest = known().max_by(|a, b| a.1.total_cmp(&b.1));
    let (Some(least), Some(greatest)) = (least, greatest) else { return [None; 2] };
    if least.0 <= greatest.0 { [Some(least.1), Some(greatest.1)] } else { [Some(greatest.1), Some(least.1)] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_peak_and_no_dip_is_lost(values in prop::collection::vec(prop::option::of(0.0..1e6f64), 1..5_000)) {
            let xs: Vec<f64> = (0..values.len()).map(|index| index as f64).collect();
            let (thinned_xs, lines) = thin(&xs, &[&values], 200);
            prop_assert!(thinned_xs.len() <= 200 && lines[0].len() == thinned_xs.len());
            prop_assert!(thinned_xs.is_sorted());
            let extreme = |values: &[Option<f64>], of: fn(f64, f64) -> f64| values.iter().flatten().copied().reduce(of);
            prop_assert_eq!(extreme(&values, f64::max), extreme(&lines[0], f64::max));
            prop_assert_eq!(extreme(&values, f64::min), extreme(&lines[0], f64::min));
        }
    }

    #[test]
    fn a_peak_of_one_point_stays_where_it_was_and_a_gap_stays_a_gap() {
        let mut values = vec![Some(1.0); 3_600];
        values[1_777] = Some(99.0);
        values[3_000..3_100].fill(None);
        let xs: Vec<f64> = (0..3_600).map(f64::from).collect();
        let (xs, lines) = thin(&xs, &[&values], 2_000);
        let peak = lines[0].iter().position(|value| *value == Some(99.0)).unwrap();
        assert!((xs[peak] - 1_777.0).abs() <= 2.0, "at {}", xs[peak]);
        assert!(lines[0].iter().filter(|value| value.is_none()).count() > 40);
    }
}
