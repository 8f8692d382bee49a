//! The message of a test that did not pass; libtest prints it under `---- name ----`.

mod change;
mod search;

use super::causes::causes;
use super::changes;
use super::limits::{interval_of, mark};
use super::paint::Paint;
use super::statuses;
use super::table::{Align, TextTable, shown};
use super::words::word;
use crate::kind::Kind;
use crate::measure::{Counts, Measured, Summary, TimeSummary};
use crate::metric::{Dimension, Percentile};
use crate::outcome::{
    Outcome, ServerReport, TestReport, ThresholdVerdict, advice_on_file_wait, figure, has_two_views, offered,
};
use crate::text::{self, block, one_line};
use crate::workload::LoadModel;

/// Everything about a test that did not pass: the outcome and its reason, the thresholds, the failures by cause, where
/// every request ended, the servers that died, warnings, and what to do next.
pub fn failure(test: &TestReport) -> String {
    let mut parts = vec![headline(test)];
    if !test.thresholds.is_empty() {
        parts.push(format!("{}{}", thresholds(test), judged_time(test)));
    }
    for (arm, measured) in test.figures() {
        let name = arm.map(|arm| format!("  {}: ", one_line(arm))).unwrap_or_else(|| "  ".to_owned());
        parts.extend(failures(measured));
        parts.push(format!("{name}{}\n{}", conservation(&measured.total.requests), arrivals(measured)));
        parts.extend(statuses::several(&measured.total).map(|statuses| format!("  responses by status: {statuses}\n")));
        parts.extend(two_views(&measured.total));
    }
    parts.extend(Some(changes::of_test(test, Paint::plain())).filter(|table| !table.is_empty()));
    parts.extend(test.servers.iter().filter_map(server_death));
    parts.extend(listed("warning", &test.warnings));
    parts.extend(listed("afterwards", &test.after));
    parts.extend(listed("next", &next_steps(test)));
    text::message(&parts.join("\n"))
}

fn headline(test: &TestReport) -> String {
    let word = word(test.outcome).to_uppercase();
    let reason = test.reason.as_deref().unwrap_or("no reason was given");
    format!("{word}: {}\n", block(reason))
}

pub(super) fn thresholds(test: &TestReport) -> String {
    let verdicts = &test.thresholds;
    let has_intervals = verdicts.iter().any(|verdict| verdict.interval.is_some());
    let interval = has_intervals.then_some(("95 % interval", Align::Left));
    let before = [("threshold", Align::Left), ("limit", Align::Left), ("actual", Align::Right)];
    let after = [("margin", Align::Right), ("samples", Align::Right), ("", Align::Left)];
    let mut columns = TextTable::new(before.into_iter().chain(interval).chain(after));
    for verdict in verdicts {
        let (threshold, actual) = (&verdict.threshold, verdict.actual);
        let figures = [
            format!("{}{}{}", arm_before(verdict), threshold.metric, threshold.subject),
            figure::limit(threshold, actual),
            actual.map_or_else(|| "no data".to_owned(), |actual| figure::beside_limit(threshold, actual)),
        ];
        let rest = [
            actual.map_or_else(|| "-".to_owned(), |actual| figure::margin(threshold, actual)),
            figure::count(verdict.samples),
            mark(verdict, test.outcome),
        ];
        columns.row(figures.into_iter().chain(has_intervals.then(|| interval_of(verdict))).chain(rest));
    }
    columns.terminal(2)
}

/// `threaded: ` in front of the figure of an arm.
pub(super) fn arm_before(verdict: &ThresholdVerdict) -> String {
    verdict.arm.as_ref().map(|arm| format!("{}: ", one_line(arm))).unwrap_or_default()
}

/// Which of the two times the limits were compared with; empty if no limit is about the time of a request.
pub(super) fn judged_time(test: &TestReport) -> String {
    let is_about_time = |verdict: &ThresholdVerdict| {
        verdict.threshold.metric.dimension() == Dimension::Time && !verdict.threshold.metric.is_of_whole_test()
    };
    let workload = test.workload.as_ref().filter(|_| test.thresholds.iter().any(is_about_time));
    match workload.map(offered::judges_response_time) {
        None => String::new(),
        _ if test.kind == Kind::Benchmark => "  times are of one iteration\n".to_owned(),
        Some(true) => "  times are response times: from the intended start of a request to its end\n".to_owned(),
        Some(false) => "  times are service times: from when a request was sent to its end\n".to_owned(),
    }
}

/// The times of all requests beside those of the ok ones; `None` unless many failed.
fn two_views(total: &Summary) -> Option<String> {
    if !has_two_views(total) {
        return None;
    }
    let mut columns = TextTable::new(
        [("", Align::Left)].into_iter().chain(["mean", "p50", "p95", "p99", "max"].map(|name| (name, Align::Right))),
    );
    for (name, times) in [("all requests", &total.response_time), ("the ok ones", &total.ok_response_time)] {
        let percentiles = [50.0, 95.0, 99.0].map(|percent| figure::percentile_s(times, percent));
        let figures = [times.mean_s].into_iter().chain(percentiles).chain([times.max_s]);
        columns.row([name.to_owned()].into_iter().chain(figures.map(|figure| shown(figure, figure::time))));
    }
    Some(columns.terminal(2))
}

/// How many planned arrivals were sent, and how much of the response time is service time.
pub(super) fn arrivals(measured: &Measured) -> String {
    let health = &measured.generator;
    let Some((planned, sent)) = health.planned.zip(health.sent) else { return String::new() };
    let percentile = |times: Option<&TimeSummary>, percent| {
        shown(times.and_then(|times| figure::percentile_s(times, percent)), figure::time)
    };
    let left = [
        (health.shed.unwrap_or_default(), "shed at the in-flight cap"),
        (health.left_waiting.unwrap_or_default(), "still waiting at the in-flight cap"),
    ];
    let left = left.into_iter().filter(|(count, _)| *count > 0);
    let left: String = left.map(|(count, what)| format!(", {} {what}", figure::count(count))).collect();
    let planned = format!("  {} arrivals planned, {} sent{left}\n", figure::count(planned), figure::count(sent));
    let p99 = percentile(health.pacer_lag.as_ref(), 99.0);
    let lag = format!("the generator's own lag p99 {p99}");
    let (service, wait) =
        (percentile(Some(&measured.total.service_time), 95.0), percentile(health.pool_wait.as_ref(), 95.0));
    format!("{planned}  service time p95 {service}; wait for a free slot p95 {wait}; {lag}\n")
}

/// The failures by cause, the most frequent first.
pub(super) fn failures(measured: &Measured) -> Option<String> {
    let total = &measured.total;
    let causes = causes(total);
    if causes.is_empty() {
        return None;
    }
    let (failed, intended) = (figure::count(total.requests.not_ok()), figure::count(total.requests.intended));
    let mut columns = TextTable::new([("", Align::Right), ("", Align::Left), ("", Align::Left)]);
    for cause in causes {
        let (label, endpoints) = cause.with_endpoints(measured);
        columns.row([figure::count(cause.count), label, endpoints]);
    }
    Some(format!("  {failed} of {intended} requests did not succeed:\n{}", columns.terminal(4)))
}

/// `100 intended = 98 ok + 1 failed + 1 timed out + 0 in flight at the end + 0 never sent`
pub fn conservation(counts: &Counts) -> String {
    let sign = if counts.is_conserved() { "=" } else { "≠" };
    format!(
        "{} intended {sign} {} ok + {} failed + {} timed out + {} in flight at the end + {} never sent",
        figure::count(counts.intended),
        figure::count(counts.ok),
        figure::count(counts.failed),
        figure::count(counts.timed_out),
        figure::count(counts.in_flight_at_end),
        figure::count(counts.never_sent),
    )
}

pub(super) fn server_death(server: &ServerReport) -> Option<String> {
    let died = server.died.as_ref()?;
    let (name, died) = (one_line(&server.name), one_line(died));
    let mut text = format!("  server `{name}` ({}) died: {died}\n", one_line(&server.url));
    if server.last_lines.is_empty() {
        text.push_str("  it printed nothing\n");
    } else {
        text.push_str("  its last lines:\n");
        text.extend(server.last_lines.iter().map(|line| format!("    | {}\n", one_line(line))));
    }
    if let Some(output) = &server.output {
        text.push_str(&format!("  its output: {}\n", output.display()));
    }
    Some(text)
}

pub(super) fn listed(title: &str, lines: &[String]) -> Option<String> {
    let text: String = lines.iter().map(|line| format!("  {title}: {}\n", block(line))).collect();
    (!text.is_empty()).then_some(text)
}

/// What the reader can do about it.
pub(super) fn next_steps(test: &TestReport) -> Vec<String> {
    let mut steps = search::next_steps(test);
    steps.extend(change::next_steps(test));
    if let Some(least) = samples_wanted(test) {
        // A search measures for as long as its probes.
        let setting =
            if test.kind == Kind::Capacity { "`probe` in `capacity(…)`" } else { "`requests` or `duration`" };
        steps.push(format!(
            "measure longer (set {setting}) for at least {} samples, or use a lower percentile",
            figure::count(least)
        ));
    }
    let Some(measured) = &test.measured else { return steps };
    let health = &measured.generator;
    steps.extend(health.own_errors.keys().filter_map(|cause| advice_on_file_wait(cause)).map(str::to_owned));
    let others = health.own_errors.keys().filter(|cause| advice_on_file_wait(cause).is_none());
    let (of_hosts, of_system): (Vec<_>, Vec<_>) = others.partition(|cause| cause.starts_with("the host `"));
    if !of_hosts.is_empty() {
        steps.push("check how the host is spelt, and that this machine can look it up; or give its address".to_owned());
    }
    if !of_system.is_empty() {
        let is_open = test.workload.as_ref().is_some_and(|workload| matches!(workload.model, LoadModel::Open(_)));
        let setting = if is_open { "lower `max_in_flight`" } else { "use fewer `users`" };
        steps.push(format!("{setting}, or raise the system's limits (`ulimit -n` for file descriptors)"));
    }
    // A quota stops this process whatever else runs on the machine.
    let is_throttled = health.throttled_s.is_some_and(|throttled_s| throttled_s > 0.0);
    if test.outcome == Outcome::Invalid && !is_throttled && health.hiccup_share.is_some_and(|share| share > 0.01) {
        steps.push("stop other programs on this machine and measure again".to_owned());
    }
    if measured.total.requests.failed > 0 && test.outcome == Outcome::Failed {
        let alive = test.servers.iter().filter(|server| server.died.is_none());
        let outputs = alive.filter_map(|server| Some((&server.name, server.output.as_ref()?)));
        steps.extend(
            outputs.map(|(name, path)| format!("read the output of server `{}`: {}", one_line(name), path.display())),
        );
    }
    if measured.total.requests.timed_out > 0 && test.outcome == Outcome::Failed {
        let timeout = test.workload.as_ref().map(|workload| figure::time(workload.timeout.as_secs_f64()));
        let timeout = timeout.map_or(String::new(), |timeout| format!(" ({timeout} unless the request set its own)"));
        steps.push(format!("a request that timed out is counted with at least its timeout{timeout}"));
    }
    steps
}

/// How many samples are needed for every percentile that has too few.
fn samples_wanted(test: &TestReport) -> Option<u64> {
    let doubtful = test.thresholds.iter().filter(|verdict| verdict.actual.is_some() && verdict.doubt.is_some());
    let percentiles = doubtful.filter_map(|verdict| verdict.threshold.metric.percentile());
    percentiles.map(Percentile::least_samples).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn a_failed_test_shows_thresholds_causes_the_sum_and_what_went_wrong_afterwards() {
        insta::assert_snapshot!(failure(&samples::failed()));
    }

    #[test]
    fn a_failed_open_test_shows_its_intervals_and_how_many_arrivals_were_sent() {
        insta::assert_snapshot!(failure(&samples::open()));
    }

    #[test]
    fn a_failed_test_of_two_servers_names_the_arm_of_each_figure_and_what_a_share_comes_to() {
        let mut test = samples::versus();
        (test.thresholds[2].holds, test.thresholds[2].actual) = (false, Some(0.312));
        (test.outcome, test.reason) = (Outcome::Failed, Some("a limit was breached".to_owned()));
        insta::assert_snapshot!(failure(&test));
    }

    #[test]
    fn an_invalid_test_says_so_first_and_what_to_do_last() {
        insta::assert_snapshot!(failure(&samples::invalid()));
    }

    #[test]
    fn an_invalid_test_that_exceeds_a_limit_is_inconclusive_and_not_breached() {
        let mut test = samples::invalid();
        test.thresholds[1].holds = false;
        let text = failure(&test);
        assert!(text.contains("  inconclusive") && !text.contains("breached"), "{text}");
    }

    #[test]
    fn a_server_that_died_is_shown_with_its_last_lines() {
        insta::assert_snapshot!(failure(&samples::errored()));
    }

    #[test]
    fn a_test_whose_fixture_broke_has_a_reason_and_no_figures() {
        let mut test = samples::ignored();
        test.outcome = Outcome::Errored;
        test.reason = Some("fixture `agent` could not be set up: exit status 3".to_owned());
        assert_eq!(failure(&test), "ERRORED: fixture `agent` could not be set up: exit status 3\n");
    }

    #[test]
    fn a_cause_names_the_endpoints_where_it_occurred() {
        let mut test = samples::failed();
        let measured = test.measured.as_mut().expect("the sample has figures");
        let cause = measured.total.failures.keys().next().expect("it failed").clone();
        let endpoint = |name: &str, count| Summary {
            name: name.to_owned(),
            failures: [(cause.clone(), count)].into_iter().collect(),
            ..Summary::default()
        };
        measured.endpoints = vec![endpoint("GET /a", 1), endpoint("GET /b", 2), endpoint("GET /c", 0)];
        let text = failure(&test);
        let line = text.lines().find(|line| line.contains(&format!("  {cause}"))).expect("the cause");
        assert!(line.ends_with("GET /b, GET /a"), "{text}");
    }

    #[test]
    fn a_cause_of_one_endpoint_begins_with_its_method_and_path() {
        let mut test = samples::failed();
        let measured = test.measured.as_mut().expect("the sample has figures");
        let failures = [("status 404".to_owned(), 28_458), ("GET /x: no page".to_owned(), 2)];
        measured.total.failures = failures.clone().into_iter().collect();
        measured.endpoints =
            vec![Summary { name: "GET /x".to_owned(), failures: failures.into_iter().collect(), ..Summary::default() }];
        let text = failure(&test);
        assert!(text.contains("28,458  GET /x: status 404\n") && text.contains("  GET /x: no page\n"), "{text}");
    }

    #[test]
    fn failed_requests_of_a_running_server_point_to_its_output() {
        let mut test = samples::failed();
        for server in &mut test.servers {
            (server.died, server.output) = (None, Some("servers/agent.log".into()));
        }
        assert!(
            failure(&test).contains("next: read the output of server `agent`: servers/agent.log"),
            "{}",
            failure(&test)
        );
    }

    #[test]
    fn a_sum_that_does_not_add_up_is_shown_with_an_unequal_sign() {
        let counts = Counts { intended: 3, ok: 1, ..Counts::default() };
        assert!(conservation(&counts).starts_with("3 intended ≠ 1 ok"));
    }
}
