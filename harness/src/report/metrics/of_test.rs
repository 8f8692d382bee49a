//! One test with its labels: where the series of each family come from.

use super::endpoints::{EndpointGroup, EndpointNames};
use super::exposition::Labels;
use super::histogram::{ClassicHistogram, bounds_s};
use crate::measure::{Counts, Measured, Summary, TimeSummary};
use crate::outcome::TestReport;

/// A test that has figures.
#[derive(Debug)]
pub(super) struct TestMetrics<'a> {
    pub(super) measured: &'a Measured,
    /// Its identity. A name alone is not enough: two binaries may have tests of one name.
    pub(super) labels: Labels,
    bounds_s: Vec<f64>,
    groups: Vec<EndpointGroup<'a>>,
}

/// The identity of a test as labels.
pub(super) fn identity(test: &TestReport) -> Labels {
    let id = &test.id;
    Labels::default().with("package", &id.package).with("target", &id.target).with("test", &id.name)
}

impl<'a> TestMetrics<'a> {
    /// `None` if no load was offered.
    pub(super) fn of(test: &'a TestReport, names: &EndpointNames<'a>) -> Option<TestMetrics<'a>> {
        let measured = test.measured.as_ref()?;
        let groups = names.groups(measured);
        Some(TestMetrics { measured, labels: identity(test), bounds_s: bounds_s(test), groups })
    }

    /// How the requests of each class of users ended.
    pub(super) fn classes(&self) -> impl Iterator<Item = (Labels, f64)> {
        self.measured.classes.iter().flat_map(|class| {
            let labels = self.labels.with("class", &class.name);
            by_fate(&labels, &class.measured.total.requests)
        })
    }

    /// The response times of each class of users.
    pub(super) fn class_times(&self) -> impl Iterator<Item = (Labels, Option<ClassicHistogram>)> {
        self.measured.classes.iter().map(|class| {
            let times = std::iter::once(&class.measured.total.response_time);
            (self.labels.with("class", &class.name), ClassicHistogram::of(times, &self.bounds_s))
        })
    }

    /// A value for each endpoint.
    pub(super) fn by_endpoint<V>(&self, value: impl Fn(&EndpointGroup<'a>) -> V) -> impl Iterator<Item = (Labels, V)> {
        self.groups.iter().map(move |group| (self.labels.with("endpoint", group.name), value(group)))
    }

    /// A number of bytes for each endpoint.
    pub(super) fn bytes(&self, bytes: impl Fn(&Summary) -> u64) -> impl Iterator<Item = (Labels, f64)> {
        self.by_endpoint(move |group| group.parts.iter().map(|part| bytes(part)).sum::<u64>() as f64)
    }

    /// A histogram for each endpoint.
    pub(super) fn times(
        &self,
        times: impl Fn(&'a Summary) -> &'a TimeSummary + Copy,
    ) -> impl Iterator<Item = (Labels, Option<ClassicHistogram>)> {
        self.by_endpoint(move |group| ClassicHistogram::of(group.parts.iter().map(|part| times(part)), &self.bounds_s))
    }

    /// Service times of a test in which they are not the response times.
    pub(super) fn service_times(&self) -> Vec<(Labels, Option<ClassicHistogram>)> {
        let differs = self.measured.endpoints.iter().any(|endpoint| !is_same(endpoint));
        if differs { self.times(|summary| &summary.service_time).collect() } else { Vec::new() }
    }

    /// The histogram of one summary of the whole test.
    pub(super) fn time(&self, times: &TimeSummary) -> (Labels, Option<ClassicHistogram>) {
        (self.labels.clone(), ClassicHistogram::of(std::iter::once(times), &self.bounds_s))
    }

    /// The responses of each endpoint by status.
    pub(super) fn statuses(&self) -> impl Iterator<Item = (Labels, f64)> {
        self.groups.iter().flat_map(|group| {
            let labels = self.labels.with("endpoint", group.name);
            let counts = group.parts.iter().flat_map(|part| &part.statuses);
            counts.map(move |count| (labels.with("code", &count.status.to_string()), count.responses as f64))
        })
    }
}

/// True if the service times are the response times, as in a closed workload.
fn is_same(endpoint: &Summary) -> bool {
    let figures = |times: &TimeSummary| (times.samples, times.min_s, times.mean_s, times.max_s, times.stddev_s);
    figures(&endpoint.service_time) == figures(&endpoint.response_time)
}

/// A series for each way in which requests ended; together they are the intended requests.
pub(super) fn by_fate(labels: &Labels, counts: &Counts) -> [(Labels, f64); 5] {
    let fates = [
        ("ok", counts.ok),
        ("failed", counts.failed),
        ("timed_out", counts.timed_out),
        ("in_flight_at_end", counts.in_flight_at_end),
        ("never_sent", counts.never_sent),
    ];
    fates.map(|(fate, count)| (labels.with("fate", fate), count as f64))
}
