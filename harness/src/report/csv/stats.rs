//! The figures of each endpoint and of each test.

use super::cells::{TEST_COLUMNS, Table, method_and_name, milliseconds, number, of_test, text as cell};
use crate::measure::{Counts, Measured, Summary, TimeSummary};
use crate::metric::Percentile;
use crate::outcome::{RunReport, TestReport};
use crate::report::words::word;

const HEADER: [&str; 11] = [
    "Type",
    "Name",
    "Request Count",
    "Failure Count",
    "Median Response Time",
    "Average Response Time",
    "Min Response Time",
    "Max Response Time",
    "Average Content Size",
    "Requests/s",
    "Failures/s",
];

/// Those of Locust. The greatest time is its `100%`.
pub(super) const PERCENTILES: [(&str, f64); 10] = [
    ("50%", 50.0),
    ("66%", 66.0),
    ("75%", 75.0),
    ("80%", 80.0),
    ("90%", 90.0),
    ("95%", 95.0),
    ("98%", 98.0),
    ("99%", 99.0),
    ("99.9%", 99.9),
    ("99.99%", 99.99),
];

const OUR_COLUMNS: [&str; 7] =
    ["Outcome", "OK Requests/s", "Timed Out", "In Flight At End", "Never Sent", "Bytes Sent", "Bytes Received"];

/// The last column, in a run in which a test has classes of users: empty in the rows of all users.
const CLASS: &str = "Class";

/// `PREFIX_stats.csv`: a row for each endpoint of a test, and one for all of them; before them the same for each class of users.
pub(super) fn text(run: &RunReport) -> String {
    let percentiles = PERCENTILES.iter().map(|(name, _)| *name).chain(["100%"]);
    let columns: Vec<&str> = HEADER.into_iter().chain(percentiles).chain(TEST_COLUMNS).chain(OUR_COLUMNS).collect();
    let has_classes = run.tests.iter().flat_map(|test| &test.measured).any(|measured| !measured.classes.is_empty());
    let columns: Vec<&str> = columns.into_iter().chain(has_classes.then_some(CLASS)).collect();
    let mut table = Table::new(&columns);
    for test in &run.tests {
        let Some(measured) = &test.measured else { continue };
        let of_classes = measured.classes.iter().map(|class| (Some(class.name.as_str()), &class.measured));
        for (class, figures) in of_classes.chain([(None, measured)]) {
            let class = has_classes.then(|| cell(class.unwrap_or_default()));
            let with_class = |row: Vec<String>| row.into_iter().chain(class.clone()).collect::<Vec<_>>();
            for endpoint in &figures.endpoints {
                let (method, name) = method_and_name(endpoint);
                table.row(with_class(row(test, measured, endpoint, method, name)));
            }
            table.row(with_class(row(test, measured, &figures.total, "", "Aggregated")));
        }
    }
    table.into_text()
}

fn row(test: &TestReport, measured: &Measured, summary: &Summary, method: &str, name: &str) -> Vec<String> {
    let times = &summary.response_time;
    let (requests, failures) = (sent(&summary.requests), not_ok(&summary.requests));
    let per_s = |count: u64| judged_s(measured).map(|length_s| count as f64 / length_s);
    let mut cells = vec![cell(method), cell(name), requests.to_string(), failures.to_string()];
    let figures = [percentile_s(times, 50.0), times.mean_s, times.min_s, times.max_s];
    cells.extend(figures.map(milliseconds));
    // Of a response, only the number of its bytes on the wire is known, which is another figure.
    cells.push(String::new());
    cells.extend([number(per_s(requests)), number(per_s(failures))]);
    cells.extend(PERCENTILES.iter().map(|(_, percent)| milliseconds(percentile_s(times, *percent))));
    cells.push(milliseconds(times.max_s));
    cells.extend(of_test(test));
    cells.extend([word(test.outcome).to_owned(), number(summary.throughput_per_s)]);
    let counts = &summary.requests;
    let counts = [counts.timed_out, counts.in_flight_at_end, counts.never_sent];
    cells.extend(counts.into_iter().chain([summary.bytes_sent, summary.bytes_received]).map(|count| count.to_string()));
    cells
}

/// What Locust counts as a request: one that was sent.
fn sent(counts: &Counts) -> u64 {
    counts.intended.saturating_sub(counts.never_sent)
}

/// Of those, the ones that were not ok.
fn not_ok(counts: &Counts) -> u64 {
    counts.failed + counts.timed_out + counts.in_flight_at_end
}

/// The time that the figures are of: with stages, that of the steady ones.
pub(super) fn judged_s(measured: &Measured) -> Option<f64> {
    let steady = measured.stages.iter().filter(|stage| stage.steady).map(|stage| stage.span.as_secs_f64());
    let length_s = if measured.stages.is_empty() { measured.span.as_secs_f64() } else { steady.sum() };
    (length_s > 0.0).then_some(length_s)
}

/// With too few samples a percentile says nothing, as in all reports.
fn percentile_s(times: &TimeSummary, percent: f64) -> Option<f64> {
    let percentile = Percentile::new(percent)?;
    (times.samples >= percentile.least_samples()).then(|| times.percentile_s(percentile)).flatten()
}
