//! What the author of a test asked for, and what came of it: one line a test, or everything with `--verbose`.

use std::borrow::Cow;

use crate::measure::{Measured, ServerFigures, Summary, TimeSummary};
use crate::outcome::{Outcome, RunReport, TestReport, ThresholdVerdict, figure, has_two_views};
use crate::report::message::{arm_before, thresholds};
use crate::report::paint::Paint;
use crate::report::statuses;
use crate::report::table::{Align, TextTable, shown};
use crate::report::workers::workers_table;
use crate::text::one_line;

/// One line for each test that passed: every threshold with its figure, and what the servers used. Empty if no test has any.
pub(crate) fn asked(run: &RunReport, paint: Paint) -> String {
    let passed = run.tests.iter().filter(|test| test.outcome == Outcome::Passed);
    let lines: Vec<(Cow<'_, str>, String)> = passed
        .filter_map(|test| {
            let used = test.figures().flat_map(|(_, measured)| beside_the_limits(measured));
            let parts = test.thresholds.iter().map(kept).chain(used);
            let parts: Vec<String> = parts.map(|part| one_line(&part).into_owned()).collect();
            (!parts.is_empty()).then(|| (one_line(&test.id.name), parts.join(" · ")))
        })
        .collect();
    let Some(width) = lines.iter().map(|(name, _)| name.chars().count()).max() else { return String::new() };
    // Not a table: it would cut a line of many thresholds.
    let lines: String = lines.iter().map(|(name, parts)| format!("  {name:<width$}  {parts}\n")).collect();
    format!("{}\n{lines}", paint.heading("Thresholds (all figures: --verbose)"))
}

/// All that is known of each test that was measured: thresholds with margins, endpoints, statuses, servers, recovery.
pub(crate) fn everything(run: &RunReport, paint: Paint) -> String {
    let tests = run.tests.iter().filter(|test| test.measured.is_some());
    let blocks = tests.map(|test| {
        let parts: String = test.figures().map(|(arm, measured)| everything_of(arm, measured)).collect();
        format!("{}\n{}{parts}", paint.heading(&one_line(&test.id.name)), table_of(test))
    });
    blocks.collect::<Vec<_>>().join("\n")
}

/// Of a test, or of one of its arms.
fn everything_of(arm: Option<&str>, measured: &Measured) -> String {
    let name = arm.map(|arm| format!("  {}:\n", one_line(arm)));
    let lines = beside_the_limits(measured).map(|line| format!("  {}\n", one_line(&line)));
    let several = statuses::several(&measured.total).map(|statuses| format!("  responses by status: {statuses}\n"));
    let classes = measured.classes.iter().map(|class| {
        format!("  class {}, weight {}:\n{}", one_line(&class.name), class.weight, endpoints(&class.measured))
    });
    let workers = [workers_table(measured)];
    name.into_iter().chain([endpoints(measured)]).chain(classes).chain(workers).chain(lines).chain(several).collect()
}

/// `p95("GET /config") 12.3 ms < 800ms`
fn kept(verdict: &ThresholdVerdict) -> String {
    let threshold = &verdict.threshold;
    let actual = shown(verdict.actual, |actual| figure::beside_limit(threshold, actual));
    format!(
        "{}{}{} {actual} {}",
        arm_before(verdict),
        threshold.metric,
        threshold.subject,
        figure::limit(threshold, verdict.actual)
    )
}

/// What each server used, and how long the recovery took.
pub(super) fn beside_the_limits(measured: &Measured) -> impl Iterator<Item = String> {
    let recovery = measured.spike.and_then(|spike| spike.recovery_s);
    let recovery = recovery.map(|recovery_s| format!("recovery {}", figure::time(recovery_s)));
    measured.servers.iter().filter_map(server).chain(recovery)
}

/// ``server `agent` 50.0 % of a core, 64.1 MiB``
fn server(server: &ServerFigures) -> Option<String> {
    // The system counts in ticks of 10 ms: less is not nothing.
    let cpu = server.cpu_share.map(|share| match share {
        0.0 => "less than 10 ms of CPU time".to_owned(),
        share => format!("{} of a core", figure::percent(share)),
    });
    let memory = server.rss_max_bytes.map(|bytes| format!("at most {}", figure::bytes(bytes as f64)));
    let both = |first: Option<u64>, second: Option<u64>| {
        first.zip(second).map(|(first, second)| [first, second].map(|bytes| figure::bytes(bytes as f64)))
    };
    let disk = both(server.disk_read_bytes, server.disk_written_bytes);
    let disk = disk.map(|[read, written]| format!("disk {read} read and {written} written"));
    let network = both(server.network_received_bytes, server.network_sent_bytes);
    let network = network.map(|[received, sent]| format!("network {received} received and {sent} sent"));
    let parts: Vec<String> = [cpu, memory, disk, network].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("server `{}` {}", server.name, parts.join(", ")))
}

fn table_of(test: &TestReport) -> String {
    if test.thresholds.is_empty() { String::new() } else { thresholds(test) }
}

/// One row for each endpoint; empty without endpoints.
pub(super) fn endpoints(measured: &Measured) -> String {
    if measured.endpoints.is_empty() {
        return String::new();
    }
    let names = ["requests", "ok", "ok rate", "mean", "p50", "p95", "p99", "max"].map(|name| (name, Align::Right));
    let mut columns = TextTable::new([("endpoint", Align::Left)].into_iter().chain(names));
    for endpoint in &measured.endpoints {
        columns.row(row(endpoint));
        if has_two_views(endpoint) {
            columns.row(ok_row(endpoint));
        }
    }
    columns.terminal(2)
}

fn row(endpoint: &Summary) -> [String; 9] {
    let [mean, p50, p95, p99, max] = times_of(&endpoint.response_time);
    let (requests, rate) = (figure::count(endpoint.requests.intended), shown(endpoint.throughput_per_s, figure::rate));
    let ok = shown(endpoint.requests.success_rate(), figure::percent);
    [endpoint.name.clone(), requests, ok, rate, mean, p50, p95, p99, max]
}

/// The times of its ok requests alone.
fn ok_row(endpoint: &Summary) -> [String; 9] {
    let times = &endpoint.ok_response_time;
    let [mean, p50, p95, p99, max] = times_of(times);
    let (name, nothing) = ("  the ok ones alone".to_owned(), String::new);
    [name, figure::count(times.samples), nothing(), nothing(), mean, p50, p95, p99, max]
}

fn times_of(times: &TimeSummary) -> [String; 5] {
    let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| figure::percentile_s(times, percent));
    [times.mean_s, p50, p95, p99, times.max_s].map(|seconds| shown(seconds, figure::time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn a_passing_test_shows_every_threshold_and_its_server_on_one_line() {
        let run = RunReport { tests: vec![samples::passed(), samples::failed(), samples::ignored()], ..samples::run() };
        let text = asked(&run, Paint::plain());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        for part in
            ["agent::health", "success_rate 100 % >= 100%", "mean 250 ms < 1s", "p95 475 ms < 800ms", "server `agent` "]
        {
            assert!(lines[1].contains(part), "no {part:?} in {text}");
        }
        assert!(lines[1].contains(" of a core, at most 64.0 MiB"), "{text}");
    }

    #[test]
    fn a_server_whose_cpu_time_was_too_short_to_be_counted_is_not_shown_as_idle() {
        let figures = |share| ServerFigures { name: "agent".to_owned(), cpu_share: Some(share), ..Default::default() };
        assert_eq!(server(&figures(0.0)).as_deref(), Some("server `agent` less than 10 ms of CPU time"));
        assert_eq!(server(&figures(0.5)).as_deref(), Some("server `agent` 50.0 % of a core"));
    }

    #[test]
    fn a_test_with_very_many_thresholds_shows_them_all() {
        let mut test = samples::passed();
        test.thresholds = test.thresholds.iter().cycle().take(60).cloned().collect();
        let text = asked(&RunReport { tests: vec![test], ..samples::run() }, Paint::plain());
        assert_eq!(text.matches(" · ").count(), 60, "{text}");
    }

    #[test]
    fn with_verbose_every_measured_test_shows_thresholds_endpoints_and_servers() {
        let run = RunReport { tests: vec![samples::passed(), samples::failed(), samples::ignored()], ..samples::run() };
        insta::assert_snapshot!(everything(&run, Paint::plain()));
    }

    #[test]
    fn without_a_passing_test_there_is_no_line() {
        let run = RunReport { tests: vec![samples::failed(), samples::ignored()], ..samples::run() };
        assert_eq!(asked(&run, Paint::plain()), "");
    }
}
