//! The report of a test, from what the runner knows of it.

use super::test::Test;
use crate::outcome::{Outcome, ServerReport, TestReport};
use crate::server::Server;

/// How many lines of a dead server's output are shown.
const LAST_LINES: usize = 20;

/// A report of `test` before anything was run.
pub fn not_run(test: &Test) -> TestReport {
    TestReport {
        markers: test.markers.clone(),
        needs: test.needed_tests.clone(),
        documentation: Some(test.doc.clone()).filter(|doc| !doc.is_empty()),
        source: Some(test.source.clone()).filter(|source| !source.is_empty()),
        workload: Some(test.workload.clone()),
        ..TestReport::not_run(test.id.clone(), test.kind)
    }
}

/// A report of `test` that ended without figures.
pub(super) fn without_figures(test: &Test, outcome: Outcome, reason: String) -> TestReport {
    TestReport { outcome, reason: Some(reason), ..not_run(test) }
}

pub(super) fn server_report(server: &Server) -> ServerReport {
    let died = server.died().map(|death| death.to_string());
    ServerReport {
        name: server.name().to_owned(),
        url: server.url().to_owned(),
        pid: server.pid(),
        last_lines: if died.is_some() { server.last_lines(LAST_LINES) } else { Vec::new() },
        died,
        output: server.output(),
        figures: None,
    }
}
