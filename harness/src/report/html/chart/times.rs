//! Response times over time, and service times where they differ.

use super::history::HistorySlice;
use super::model::{Chart, ChartLimit, ChartLine, Look, Stroke};
use super::over_time::OverTime;
use super::unit::ChartUnit;
use crate::measure::{SliceTimes, TimeSummary};
use crate::metric::Dimension;
use crate::outcome::figure;
use crate::threshold::Subject;

/// A figure of a slice, with its name and how it is drawn.
type TimeLine = (&'static str, Look, fn(&SliceTimes) -> Option<f64>);

const LINES: [TimeLine; 4] = [
    ("p50", Look::new("blue", Stroke::Solid), |times| times.p50_s),
    ("p95", Look::new("orange", Stroke::Dash), |times| times.p95_s),
    ("p99", Look::new("violet", Stroke::DashDot), |times| times.p99_s),
    ("max", Look::new("grey", Stroke::Dot), |times| times.max_s),
];

impl OverTime<'_> {
    /// The percentiles of the response times, with the limits.
    pub(super) fn response_times(&self) -> Option<Chart> {
        let lines = self.lines(|moment| Some(&moment.slice.response_time));
        let says = in_words("From the intended start of a request to its end", &self.measured.total.response_time);
        let mut chart = self.chart("times", "Response times", says, lines);
        chart.limits = self.time_limits();
        chart.stretch_if_far_apart();
        chart.unless_empty()
    }

    /// The same of the service times; `None` where each is the response time.
    pub(super) fn service_times(&self) -> Option<Chart> {
        let lines = self.lines(|moment| moment.slice.service_time.as_ref());
        let says = in_words("From when a request was sent to its end", &self.measured.total.service_time);
        let mut chart = self.chart("service", "Service times", says, lines);
        chart.stretch_if_far_apart();
        chart.unless_empty()
    }

    fn lines(&self, of: impl Fn(&HistorySlice) -> Option<&SliceTimes>) -> Vec<ChartLine> {
        let line = |(name, look, figure): &TimeLine| {
            let values = self.history.each(|moment| of(moment).and_then(figure));
            ChartLine::new(name, ChartUnit::Time, *look, values)
        };
        LINES.iter().map(line).filter(|line| line.values.iter().any(Option::is_some)).collect()
    }

    /// The limits of times of the whole test, of a stage, and of an endpoint if it is the only one.
    fn time_limits(&self) -> Vec<ChartLimit> {
        let is_of_requests = self.measured.endpoints.len() == 1;
        let thresholds = self.test.thresholds.iter().map(|verdict| &verdict.threshold);
        let of_time = thresholds.filter(|threshold| {
            let is_shown = match &threshold.subject {
                Subject::Total | Subject::Stage(_) => true,
                Subject::Endpoint(_) => is_of_requests,
                Subject::StageEndpoint { .. }
                | Subject::Value(_)
                | Subject::Class(_)
                | Subject::ClassEndpoint { .. } => false,
            };
            is_shown && threshold.metric.dimension() == Dimension::Time && !threshold.metric.is_of_whole_test()
        });
        of_time.filter_map(ChartLimit::of).collect()
    }
}

/// `from ` … the typical and the greatest time.
fn in_words(what: &str, times: &TimeSummary) -> String {
    let percentile = |percent, name: &str| {
        figure::percentile_s(times, percent).map(|time_s| format!("{name} {}", figure::time(time_s)))
    };
    let greatest = times.max_s.map(|max_s| format!("the longest took {}", figure::time(max_s)));
    let figures = [percentile(50.0, "median"), percentile(95.0, "p95"), percentile(99.0, "p99"), greatest];
    let figures: Vec<String> = figures.into_iter().flatten().collect();
    if figures.is_empty() { format!("{what}.") } else { format!("{what}: {}.", figures.join(", ")) }
}
