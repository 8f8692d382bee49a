//! How many requests took how long.

use super::model::{Chart, ChartLine, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::measure::TimeSummary;
use crate::outcome::figure;

/// The most steps of the histogram.
const MOST_STEPS: f64 = 48.0;
/// A step is at least so much longer than the one before: narrower ones would show the buckets of the record.
const LEAST_RATIO: f64 = 1.02;

/// The histogram of `times` on an axis of powers of ten; `None` if it is not known.
pub(super) fn distribution(prefix: &str, what: &str, times: &TimeSummary) -> Option<Chart> {
    // A time of nothing has no place on such an axis.
    let counted: Vec<(f64, u64)> = times.counted()?.map(|(time_s, count)| (time_s.max(1e-9), count)).collect();
    let (first, last) = (counted.first()?.0, counted.last()?.0);
    let ratio = (last / first).powf(1.0 / MOST_STEPS).max(LEAST_RATIO);
    // The first step ends with the least time, which is the greatest of its bucket.
    let step_of = |time_s: f64| ((time_s / first).ln() / ratio.ln()).round().max(0.0) as usize;
    let mut counts = vec![0u64; step_of(last) + 1];
    counted.iter().for_each(|(time_s, count)| counts[step_of(*time_s)] += count);
    let edge = |step: usize| first * ratio.powf(step as f64 - 0.5);
    let xs = (0..=counts.len()).map(edge).collect();
    let greatest = counts.iter().enumerate().max_by_key(|(_, count)| **count).map(|(step, _)| step)?;
    let most = format!("from {} to {}", figure::time(edge(greatest)), figure::time(edge(greatest + 1)));
    // The last step goes on to its upper edge.
    let values = counts.iter().chain(counts.last()).map(|count| Some(*count as f64)).collect();
    let line = ChartLine::new("requests", ChartUnit::Count, Look::new("blue", Stroke::Area), values);
    let all = figure::count(times.samples);
    Some(Chart {
        id: format!("{prefix}-distribution"),
        title: "Distribution",
        says: format!("How many of {all} {what} took how long; the most took {most}. Each power of ten is as wide."),
        x: XAxis { heading: "from", unit: ChartUnit::Time, stretch: Stretch::Log },
        log_y: false,
        xs,
        x_labels: Vec::new(),
        x_ends: None,
        lines: vec![line],
        limits: Vec::new(),
        bands: Vec::new(),
        marks: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn total(chart: &Chart) -> f64 {
        let values = &chart.lines[0].values;
        values[..values.len() - 1].iter().flatten().sum()
    }

    #[test]
    fn every_sample_is_in_one_step() {
        let times = TimeSummary::of((1..=1_000).map(|i| Duration::from_micros(i * i)));
        let chart = distribution("t1", "requests", &times).unwrap();
        assert_eq!(total(&chart), 1_000.0);
        assert!(chart.xs.len() <= 51 && chart.xs.is_sorted());
        assert!(chart.xs[0] <= 1e-6 && *chart.xs.last().unwrap() >= 0.99);
    }

    #[test]
    fn one_time_is_one_step_and_no_time_is_no_chart() {
        let chart = distribution("t1", "requests", &TimeSummary::of([Duration::from_millis(5); 7])).unwrap();
        assert_eq!((total(&chart), chart.xs.len()), (7.0, 2));
        assert!(distribution("t1", "requests", &TimeSummary::default()).is_none());
    }
}
