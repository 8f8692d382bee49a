//! The slope of a noisy series: its [`Trend`], by Theil and Sen.

/// The median of the slopes between all pairs of points, and its 95 % interval (Sen 1968). Unlike a regression line, it
/// hardly moves when one point in four is an outlier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// What `y` gains for each unit of `x`.
    pub slope: f64,
    /// The lower end of the slope's 95 % interval.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
}

/// With more points than this, neighbours are averaged: 300 points have 44,850 pairs, which takes a millisecond.
const MOST_POINTS: usize = 300;
/// Fewer points have too few pairs for an interval to exclude anything.
const FEWEST_POINTS: usize = 4;
const Z_975: f64 = 1.959_964;

impl Trend {
    /// The trend of points `(x, y)`; `None` with fewer than four different `x`.
    pub fn of(points: &[(f64, f64)]) -> Option<Trend> {
        let points = averaged(points);
        let slopes = slopes(&points);
        if points.len() < FEWEST_POINTS || slopes.len() < pairs(FEWEST_POINTS) {
            return None;
        }
        // Kendall's S of n points has this standard deviation; the interval spans as many pairs around the middle.
        let n = points.len() as f64;
        let reach = Z_975 * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
        let rank = ((slopes.len() as f64 - reach) / 2.0).floor().max(1.0) as usize;
        Some(Trend { slope: median(&slopes)?, lower: slopes[rank - 1], upper: slopes[slopes.len() - rank] })
    }

    /// True if its interval excludes 0: the series rises or falls for sure.
    pub fn is_sure(self) -> bool {
        self.lower > 0.0 || self.upper < 0.0
    }
}

/// The middle of sorted values, or the mean of the two in the middle.
pub fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// At most `MOST_POINTS` points, each the mean of neighbours.
fn averaged(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let parts = points.len().min(MOST_POINTS);
    let part = |index: usize| &points[index * points.len() / parts..(index + 1) * points.len() / parts];
    (0..parts).map(|index| mean(part(index))).collect()
}

fn mean(points: &[(f64, f64)]) -> (f64, f64) {
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    (x / count, y / count)
}

/// The slopes of every pair of points with different `x`, smallest first.
fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(pairs(points.len()));
    for (index, (x, y)) in points.iter().enumerate() {
        let later = points[index + 1..].iter().filter(|later| later.0 > *x);
        slopes.extend(later.map(|later| (later.1 - y) / (later.0 - x)));
    }
    slopes.sort_unstable_by(f64::total_cmp);
    slopes
}

fn pairs(points: usize) -> usize {
    points * points.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
        values.into_iter().enumerate().map(|(x, y)| (x as f64, y)).collect()
    }

    #[test]
    fn a_straight_line_has_its_own_slope_and_an_interval_of_width_zero() {
        let trend = Trend::of(&series((0..8).map(|x| 3.0 + 2.0 * f64::from(x)))).unwrap();
        assert_eq!(trend, Trend { slope: 2.0, lower: 2.0, upper: 2.0 });
    }

    #[test]
    fn one_outlier_moves_the_slope_little() {
        let mut points = series((0..20).map(f64::from));
        points[7].1 = 1e9;
        assert!((Trend::of(&points).unwrap().slope - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_interval_of_eight_points_leaves_out_five_of_the_twenty_eight_pairs_at_each_end() {
        // z √(8·7·21 ÷ 18) = 15.84, and (28 − 15.84) ÷ 2 = 6.08: the sixth from either end.
        let points = series([0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0]);
        // The slope of x² between i and j is i + j: 1, 2, 3, 3, 4, 4 … and 13, 12, 11, 11, 10, 10 …
        let trend = Trend::of(&points).unwrap();
        assert_eq!((trend.slope, trend.lower, trend.upper), (7.0, 4.0, 10.0));
    }

    #[test]
    fn what_goes_up_and_down_has_a_slope_that_may_be_zero() {
        let trend = Trend::of(&series((0..40).map(|x| f64::from(x % 5)))).unwrap();
        assert!(trend.lower <= 0.0 && trend.upper >= 0.0, "{trend:?}");
    }

    #[test]
    fn a_long_series_is_averaged_and_keeps_its_slope() {
        let trend = Trend::of(&series((0..10_000).map(|x| 0.5 * f64::from(x)))).unwrap();
        assert!((trend.slope - 0.5).abs() < 1e-9);
    }

    #[test]
    fn few_points_have_no_trend() {
        assert_eq!(Trend::of(&[]), None);
        assert_eq!(Trend::of(&series([1.0, 2.0, 3.0])), None);
        assert_eq!(Trend::of(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0), (1.0, 4.0)]), None);
    }
}
