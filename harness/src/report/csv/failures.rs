//! The causes for which requests failed.

use super::cells::{TEST_COLUMNS, Table, method_and_name, of_test, text as cell};
use crate::measure::Summary;
use crate::outcome::{RunReport, TestReport};

const HEADER: [&str; 6] = ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"];

/// `PREFIX_failures.csv`: a row for each cause of each endpoint.
pub(super) fn text(run: &RunReport) -> String {
    let columns: Vec<&str> = HEADER.into_iter().chain(TEST_COLUMNS).collect();
    let mut table = Table::new(&columns);
    for test in &run.tests {
        let Some(measured) = &test.measured else { continue };
        for endpoint in &measured.endpoints {
            let (method, name) = method_and_name(endpoint);
            causes(endpoint).for_each(|(cause, count)| table.row(row(test, method, name, cause, count)));
        }
        if measured.endpoints.iter().all(|endpoint| endpoint.failures.is_empty()) {
            causes(&measured.total).for_each(|(cause, count)| table.row(row(test, "", "", cause, count)));
        }
    }
    table.into_text()
}

fn causes(summary: &Summary) -> impl Iterator<Item = (&str, u64)> {
    summary.failures.iter().map(|(cause, count)| (cause.as_str(), *count))
}

/// When a cause was seen first and last is not recorded.
fn row(test: &TestReport, method: &str, name: &str, cause: &str, count: u64) -> Vec<String> {
    let cells = [cell(method), cell(name), cell(cause), count.to_string(), String::new(), String::new()];
    cells.into_iter().chain(of_test(test)).collect()
}
