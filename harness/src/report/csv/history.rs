//! How each test went on: a row for each slice of its measurement.

use super::cells::{TEST_COLUMNS, Table, milliseconds, number, of_test};
use super::stats::PERCENTILES;
use crate::measure::{ChartSlice, Measured, TimeSlice};
use crate::outcome::{RunReport, TestReport};
use crate::workload::LoadModel;

const BEGIN: [&str; 6] = ["Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"];

const TOTALS: [&str; 7] = [
    "Total Request Count",
    "Total Failure Count",
    "Total Median Response Time",
    "Total Average Response Time",
    "Total Min Response Time",
    "Total Max Response Time",
    "Total Average Content Size",
];

const OUR_COLUMNS: [&str; 4] = ["Seconds Since Start", "Slice Seconds", "Sent", "In Flight"];

/// Sums of binary fractions are not exact.
const ROUNDING_S: f64 = 1e-6;

/// `PREFIX_stats_history.csv`: all requests together in each slice, and from the beginning to its end.
pub(super) fn text(run: &RunReport) -> String {
    let percentiles = PERCENTILES.iter().map(|(name, _)| *name).chain(["100%"]);
    let columns: Vec<&str> =
        BEGIN.into_iter().chain(percentiles).chain(TOTALS).chain(TEST_COLUMNS).chain(OUR_COLUMNS).collect();
    let mut table = Table::new(&columns);
    for test in &run.tests {
        let Some(measured) = &test.measured else { continue };
        let mut totals = Totals::default();
        for moment in moments(measured) {
            totals.add(&moment);
            table.row(row(test, measured, &moment, &totals));
        }
    }
    table.into_text()
}

/// One slice.
#[derive(Debug, Clone, Copy)]
struct HistoryStep {
    at_s: f64,
    length_s: f64,
    sent: u64,
    ok: u64,
    failed: u64,
    in_flight: u64,
    p50_s: Option<f64>,
    p95_s: Option<f64>,
    p99_s: Option<f64>,
    max_s: Option<f64>,
}

/// What ended from the beginning of the measurement to the end of a slice.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    ended: u64,
    failed: u64,
    max_s: Option<f64>,
}

impl Totals {
    fn add(&mut self, moment: &HistoryStep) {
        self.ended += moment.ok + moment.failed;
        self.failed += moment.failed;
        self.max_s = [self.max_s, moment.max_s].into_iter().flatten().reduce(f64::max);
    }
}

/// The slices for charts; the seconds of a record that has none.
fn moments(measured: &Measured) -> Vec<HistoryStep> {
    match measured.slices.length_s {
        Some(length_s) => measured.slices.slices.iter().map(|slice| of_slice(slice, length_s)).collect(),
        None => measured.timeline.iter().map(of_second).collect(),
    }
}

fn of_slice(slice: &ChartSlice, length_s: f64) -> HistoryStep {
    let times = &slice.response_time;
    HistoryStep {
        at_s: slice.at_s,
        length_s,
        sent: slice.sent,
        ok: slice.ok,
        failed: slice.failed,
        in_flight: slice.in_flight,
        p50_s: times.p50_s,
        p95_s: times.p95_s,
        p99_s: times.p99_s,
        max_s: times.max_s,
    }
}

fn of_second(slice: &TimeSlice) -> HistoryStep {
    HistoryStep {
        at_s: slice.second as f64,
        length_s: 1.0,
        sent: slice.sent,
        ok: slice.ok,
        failed: slice.failed,
        in_flight: slice.in_flight,
        p50_s: slice.p50_s,
        p95_s: slice.p95_s,
        p99_s: slice.p99_s,
        max_s: slice.max_s,
    }
}

fn row(test: &TestReport, measured: &Measured, moment: &HistoryStep, totals: &Totals) -> Vec<String> {
    let per_s = |count: u64| number(Some(count as f64 / moment.length_s));
    let users = users_at(test, measured, moment).map(|users| users.to_string()).unwrap_or_default();
    // The moment of the day at which a measurement began is not recorded.
    let mut cells = vec![String::new(), users, String::new(), "Aggregated".to_owned()];
    cells.extend([per_s(moment.ok + moment.failed), per_s(moment.failed)]);
    cells.extend(PERCENTILES.iter().map(|(_, percent)| milliseconds(percentile_s(moment, *percent))));
    cells.push(milliseconds(moment.max_s));
    cells.extend([totals.ended.to_string(), totals.failed.to_string()]);
    // Median, average and least of all requests so far, and the length of their contents, are not recorded.
    cells.extend([String::new(), String::new(), String::new(), milliseconds(totals.max_s), String::new()]);
    cells.extend(of_test(test));
    cells.extend([number(Some(moment.at_s)), number(Some(moment.length_s))]);
    cells.extend([moment.sent.to_string(), moment.in_flight.to_string()]);
    cells
}

fn percentile_s(moment: &HistoryStep, percent: f64) -> Option<f64> {
    let known = [(50.0, moment.p50_s), (95.0, moment.p95_s), (99.0, moment.p99_s)];
    known.into_iter().find(|(of, _)| *of == percent).and_then(|(_, time_s)| time_s)
}

/// The users of a closed workload; `None` while their number changes.
fn users_at(test: &TestReport, measured: &Measured, moment: &HistoryStep) -> Option<u64> {
    let LoadModel::Closed(users) = &test.workload.as_ref()?.model else { return None };
    if users.stages.is_empty() {
        return Some(users.count as u64);
    }
    let stage = measured.stages.iter().rev().find(|stage| stage.begins_s <= moment.at_s)?;
    let ends_s = stage.begins_s + stage.span.as_secs_f64();
    let is_inside = moment.at_s + moment.length_s <= ends_s + ROUNDING_S;
    (stage.steady && is_inside).then_some(stage.to as u64)
}
