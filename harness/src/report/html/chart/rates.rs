//! Requests each second, and how many of them were not ok.

use super::model::{Chart, ChartLimit, ChartLine, Look, Stroke};
use super::over_time::OverTime;
use super::unit::ChartUnit;
use crate::metric::Metric;
use crate::outcome::figure;
use crate::threshold::Subject;

impl OverTime<'_> {
    /// The rate of ok requests and of failures.
    pub(super) fn rates(&self) -> Chart {
        let ok = self.history.each(|moment| moment.rate(moment.slice.ok));
        let failed = self.history.each(|moment| moment.rate(moment.slice.failed));
        let lines = vec![
            ChartLine::new("ok", ChartUnit::Rate, Look::new("blue", Stroke::Solid), ok),
            ChartLine::new("not ok", ChartUnit::Rate, Look::new("red", Stroke::Dash), failed),
        ];
        let mut chart = self.chart("rate", "Rate and failures", self.rate_in_words(), lines);
        chart.limits = self.rate_limits();
        chart
    }

    fn rate_in_words(&self) -> String {
        let ok: Vec<f64> = self.history.measured().filter_map(|moment| moment.rate(moment.slice.ok)).collect();
        let mean =
            self.measured.total.throughput_per_s.map(|rate| format!("{} ended ok on average", figure::rate(rate)));
        let lowest = ok.iter().copied().reduce(f64::min);
        let extremes = lowest.zip(ok.iter().copied().reduce(f64::max));
        let between = extremes.filter(|_| ok.len() > 1);
        let between = between.map(|(low, high)| format!(", between {} and {}", figure::rate(low), figure::rate(high)));
        let failed: u64 = self.history.measured().map(|moment| moment.slice.failed).sum();
        let worst = self.history.measured().max_by_key(|moment| moment.slice.failed);
        let failures = match worst.filter(|_| failed > 0) {
            Some(worst) => format!(
                "{} were not ok, with the most in one slice about {} after the measurement began ({})",
                figure::count(failed),
                figure::time(worst.middle_s),
                figure::count(worst.slice.failed)
            ),
            None => "no request failed".to_owned(),
        };
        let mean = mean.unwrap_or_else(|| "No rate is known".to_owned());
        format!("Requests each second: {mean}{}; {failures}.", between.unwrap_or_default())
    }

    fn rate_limits(&self) -> Vec<ChartLimit> {
        let of_rate = self.test.thresholds.iter().map(|verdict| &verdict.threshold).filter(|threshold| {
            matches!(threshold.metric, Metric::Throughput | Metric::PeakThroughput)
                && threshold.subject == Subject::Total
        });
        of_rate.filter_map(ChartLimit::of).collect()
    }
}
