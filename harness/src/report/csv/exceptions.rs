//! What went wrong besides requests: in the test's own code, in its fixtures, in the generator.

use super::cells::{TEST_COLUMNS, Table, of_test, text as cell};
use crate::outcome::{Outcome, RunReport, TestReport};

const HEADER: [&str; 4] = ["Count", "Message", "Traceback", "Nodes"];

/// `PREFIX_exceptions.csv`: why tests were errored, failed tear-downs, and failures of the generator itself.
pub(super) fn text(run: &RunReport) -> String {
    let columns: Vec<&str> = HEADER.into_iter().chain(TEST_COLUMNS).collect();
    let mut table = Table::new(&columns);
    for test in &run.tests {
        exceptions(test).for_each(|(message, count)| {
            let cells = [count.to_string(), cell(message), String::new(), String::new()];
            table.row(cells.into_iter().chain(of_test(test)));
        });
    }
    table.into_text()
}

fn exceptions(test: &TestReport) -> impl Iterator<Item = (&str, u64)> {
    let errored = test.reason.as_deref().filter(|_| test.outcome == Outcome::Errored);
    let once = errored.into_iter().chain(test.after.iter().map(String::as_str)).map(|message| (message, 1));
    let of_generator = test.measured.iter().flat_map(|measured| &measured.generator.own_errors);
    once.chain(of_generator.map(|(cause, count)| (cause.as_str(), *count)))
}
