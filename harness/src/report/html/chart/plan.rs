//! Which charts a test has, in order.

use super::distribution::distribution;
use super::model::Chart;
use super::over_time::OverTime;
use super::percentiles::percentiles;
use super::probes::{search, sweep};
use super::values::value_charts;
use crate::kind::Kind;
use crate::outcome::TestReport;

/// The charts of the run that is judged. `prefix` begins their identifiers.
pub(crate) fn charts(prefix: &str, test: &TestReport) -> Vec<Chart> {
    let Some(measured) = &test.measured else { return Vec::new() };
    let (what, times, service) = match test.kind {
        Kind::Benchmark => ("iterations", &measured.iteration.response_time, None),
        _ => ("requests", &measured.total.response_time, Some(&measured.total.service_time)),
    };
    let over_time = OverTime::of(prefix, test);
    let first = over_time.as_ref().map(|over_time| {
        [
            Some(over_time.rates()),
            over_time.response_times(),
            over_time.service_times(),
            Some(over_time.in_flight()),
            over_time.lag(),
            over_time.cpu(),
            over_time.memory(),
        ]
    });
    let last = [distribution(prefix, what, times), percentiles(prefix, test, times, service)];
    let charts = first.into_iter().flatten().chain(last).flatten();
    charts.chain(value_charts(prefix, measured)).collect()
}

/// The charts of a test of several runs: a sweep, a search for capacity, or the search that its rate is derived from.
pub(crate) fn series_charts(prefix: &str, test: &TestReport) -> Vec<Chart> {
    if let Some(found) = &test.search {
        return search(prefix, &test.probes, found).into_iter().collect();
    }
    let calibration = test.calibration.iter();
    let searched = calibration.filter_map(|calibration| search(prefix, &calibration.probes, &calibration.found));
    sweep(prefix, test).into_iter().chain(searched).collect()
}
