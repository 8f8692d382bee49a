//! The values that tests record.

use super::cells::{TEST_COLUMNS, Table, of_test, text as cell};
use crate::measure::{ValueFigures, ValueKind};
use crate::outcome::{RunReport, TestReport};

const HEADER: [&str; 15] = [
    "Value",
    "Kind",
    "Samples",
    "Total",
    "Min",
    "Mean",
    "Max",
    "Standard Deviation",
    "50%",
    "75%",
    "90%",
    "95%",
    "99%",
    "99.9%",
    "Per Second",
];

/// `PREFIX_values.csv`: a row for each value of each test.
pub(super) fn text(run: &RunReport) -> String {
    let columns: Vec<&str> = HEADER.into_iter().chain(TEST_COLUMNS).collect();
    let mut table = Table::new(&columns);
    for test in &run.tests {
        let values = test.measured.iter().flat_map(|measured| &measured.values);
        values.for_each(|value| table.row(row(test, value)));
    }
    table.into_text()
}

/// With every digit, as in the record: the author's own log has them, too.
fn row(test: &TestReport, value: &ValueFigures) -> Vec<String> {
    let kind = match value.kind {
        ValueKind::Distribution => "distribution",
        ValueKind::Count => "count",
    };
    let figures = [
        value.sum,
        value.min,
        value.mean,
        value.max,
        value.stddev,
        value.p50,
        value.p75,
        value.p90,
        value.p95,
        value.p99,
        value.p999,
        value.per_s,
    ];
    let figures = figures.map(|figure| figure.map(|figure| figure.to_string()).unwrap_or_default());
    let first = [cell(&value.name), kind.to_owned(), value.samples.to_string()];
    first.into_iter().chain(figures).chain(of_test(test)).collect()
}
