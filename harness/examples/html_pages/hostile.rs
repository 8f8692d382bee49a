//! A record in which every text from outside tries to be more than a text.

use std::path::PathBuf;

use proofload::__internals::report::trend::TestTrend;
use proofload::record::{BuiltCrate, RunReport, TestEvent, TestReport};

use super::{compared, records};

/// Ends a script, an attribute, a comment and a title; marks of direction, NUL, escape sequences.
fn hostile(place: &str) -> String {
    format!(
        "{place}</script></title></style></textarea><img src=x onerror=alert('{place}')><svg onload=alert(1)>\" onmouseover=\"alert(1)\" \
         '--><!-- <script>alert(1)</script>\u{202e}\u{2028}\u{0}\u{1b}[31m&lt;<a href=javascript:alert(1)>x</a>"
    )
}

/// Every field is hostile; a name is 64 KiB long.
pub(crate) fn run() -> RunReport {
    let mut run = records::everything();
    run.tests.extend(compared::run().tests);
    run.id = hostile("id");
    run.interrupted = Some(hostile("interrupted"));
    let environment = &mut run.environment;
    environment.os = hostile("os");
    environment.kernel = Some(hostile("kernel"));
    environment.cpu_model = Some(hostile("cpu"));
    environment.rustc = Some(hostile("rustc"));
    environment.version = hostile("version");
    environment.git_commit = Some(hostile("commit"));
    environment.optimised = false;
    let level = Some(hostile("level"));
    environment.crates = vec![BuiltCrate { name: hostile("crate"), opt_level: level, set_in: hostile("set in") }];
    for test in &mut run.tests {
        make_hostile(test);
    }
    run.tests[0].id.name = format!("{}{}", hostile("name"), "x".repeat(64 << 10));
    run
}

/// The history of a test, with hostile commits.
pub(crate) fn trends() -> Vec<TestTrend> {
    let mut trends = compared::trends();
    for trend in &mut trends {
        trend.test = hostile("trend");
        for run in &mut trend.runs {
            (run.run, run.commit) = (hostile("run"), Some("</text><script>alert(1)</script>".to_owned()));
            run.new_machine = run.new_machine.take().map(|_| hostile("machine"));
        }
    }
    trends
}

fn make_hostile(test: &mut TestReport) {
    for arm in &mut test.arms {
        arm.name = hostile("arm");
    }
    for comparison in &mut test.comparisons {
        (comparison.reference, comparison.subject) = (hostile("reference"), hostile("subject"));
        comparison.notes = vec![hostile("note")];
        for change in &mut comparison.changes {
            (change.metric, change.note) = (hostile("metric"), Some(hostile("change")));
        }
    }

    test.id.package = hostile("package");
    test.id.target = hostile("target");
    test.id.name = hostile("name");
    test.markers = vec![hostile("marker")];
    test.documentation = Some(hostile("documentation"));
    test.source = Some(hostile("source"));
    test.reason = Some(hostile("reason"));
    test.warnings = vec![hostile("warning"), format!("`{}`", hostile("code"))];
    test.after = vec![hostile("after")];
    test.events = vec![TestEvent { at_s: Some(1.0), text: hostile("event") }];
    for verdict in &mut test.thresholds {
        verdict.doubt = Some(hostile("doubt"));
    }
    let endpoint = hostile("threshold").replace(['"', '\\'], "").replace(|c: char| c.is_control(), "");
    if let (Some(verdict), Ok(threshold)) = (test.thresholds.first_mut(), format!("p95(\"{endpoint}\") < 5ms").parse())
    {
        verdict.threshold = threshold;
    }
    for server in &mut test.servers {
        server.name = hostile("server");
        server.url = hostile("url");
        server.died = Some(hostile("died"));
        server.output = Some(PathBuf::from(hostile("output")));
        server.last_lines = vec![hostile("line"); 3];
    }
    for probe in test.probes.iter_mut().chain(test.calibration.iter_mut().flat_map(|of| &mut of.probes)) {
        probe.reason = Some(hostile("probe"));
    }
    if let Some(calibration) = &mut test.calibration {
        calibration.found_by = hostile("found by");
    }
    let Some(measured) = &mut test.measured else { return };
    measured.generator.transports = vec![hostile("transport")];
    measured.generator.own_errors = [(hostile("own error"), 1)].into();
    for stage in &mut measured.stages {
        stage.name = hostile("stage");
    }
    for request in &mut measured.slowest {
        request.endpoint = hostile("slow");
    }
    for (index, summary) in measured.endpoints.iter_mut().chain([&mut measured.total]).enumerate() {
        summary.name = hostile(&format!("endpoint {index}"));
        summary.failures = [(hostile("cause"), 3)].into();
        summary.failure_examples = [(hostile("cause"), vec![hostile("example")])].into();
    }
}
