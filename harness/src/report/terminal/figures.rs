//! All figures of each test, for the person who has just run a command.

use super::asked::{beside_the_limits, endpoints};
use super::probes::{calibration, capacity, sweep};
use super::summary::{WrittenFile, elapsed, lookups, other_transports};
use crate::measure::{Measured, TimeSummary};
use crate::metric::Metric;
use crate::outcome::{
    Outcome, RunReport, TestReport, ThresholdVerdict, figure, has_two_views, offered, unoptimised_note,
};
use crate::report::message::{
    arm_before, arrivals, conservation, failures, judged_time, listed, next_steps, server_death, thresholds,
};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::report::words::word;
use crate::report::workers::{workers_line, workers_table};
use crate::report::{afterwards, changes, statuses};
use crate::text::{block, one_line};
use crate::threshold::Subject;

/// What is shown of a command's tests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownFigures<'a> {
    /// The thresholds that a person gave. Others hold unless one is given, and are only shown when they are breached.
    pub(crate) required: &'a [String],
    /// Show every endpoint.
    pub(crate) verbose: bool,
    pub(crate) paint: Paint,
}

/// The figures of each test, what was required of it, and where they are kept.
pub(crate) fn figures(run: &RunReport, written: &[WrittenFile], shown: ShownFigures<'_>) -> String {
    let tests: String = run.tests.iter().map(|test| format!("{}\n", of_test(test, shown))).collect();
    let mut text = format!("{tests}{}", conclusions(run, shown));
    text.push_str(&unoptimised_note(run.environment.optimised, &run.environment.crates).unwrap_or_default());
    text.extend(workers_line(run).map(|line| format!("{line}\n")));
    text.push_str(&other_transports(run));
    text.push_str(&lookups(run));
    text.push_str(&run.watched_note().map(|note| format!("warning: {note}\n")).unwrap_or_default());
    for file in written {
        text.push_str(&shown.paint.dimmed(&format!("{}: {}", file.description, file.path)));
        text.push('\n');
    }
    text.extend(afterwards::closing_lines(run).iter().map(|line| format!("{line}\n")));
    text
}

/// The same for each test that did not pass, and nothing of others.
pub(crate) fn problems(run: &RunReport, shown: ShownFigures<'_>) -> String {
    let tests = run.tests.iter().filter(|test| test.outcome != Outcome::Passed);
    tests.map(|test| format!("{}\n{}", of_test(test, shown), conclusion(test, shown))).collect()
}

fn of_test(test: &TestReport, shown: ShownFigures<'_>) -> String {
    let mut parts = vec![heading(test, shown.paint)];
    parts.extend(several_runs(test));
    for (arm, measured) in test.figures() {
        parts.push(of_measured(test, arm, measured, shown));
    }
    parts.push(changes::of_test(test, shown.paint));
    parts.extend(limits(test, shown.required));
    parts.extend(test.servers.iter().filter_map(server_death));
    parts.extend(warnings(test));
    parts.extend(listed("next", &next_steps(test)));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// `closed: 10 users`; what has several levels has them in its table.
fn heading(test: &TestReport, paint: Paint) -> String {
    let name = one_line(&test.id.name);
    let first = test.probes.first().map(|row| row.load);
    let is_one_load = test.probes.iter().all(|row| Some(row.load) == first);
    let load = test.workload.as_ref().filter(|_| is_one_load).map(offered::load);
    let load = load.map(|load| format!(": {load}")).unwrap_or_default();
    format!("{}\n", paint.heading(&format!("{name}{load}")))
}

/// The levels of a sweep, the probes of a search, or the repeats; the figures below are those of one of them.
fn several_runs(test: &TestReport) -> Option<String> {
    let found = test.calibration.as_ref().map(|found| calibration(&test.id.name, found)).unwrap_or_default();
    let table = match &test.search {
        Some(search) => capacity(&test.probes, search),
        None => sweep(&test.probes),
    };
    let judged = test.probes.iter().position(|row| row.judged);
    let which =
        judged.map(|at| format!("\n  the figures below are those of run {} of {}\n", at + 1, test.probes.len()));
    let text = format!("{found}{table}{}", which.unwrap_or_default());
    (!text.is_empty()).then_some(text)
}

fn of_measured(test: &TestReport, arm: Option<&str>, measured: &Measured, shown: ShownFigures<'_>) -> String {
    let name = arm.map(|arm| format!("  {}\n", one_line(arm))).unwrap_or_default();
    let total = &measured.total;
    let mut text =
        format!("{name}  {}\n{}  {}\n\n", conservation(&total.requests), arrivals(measured), moved(measured));
    text.push_str(&times(test, measured));
    if let Some(causes) = failures(measured) {
        text.push_str(&format!("\n{causes}"));
    }
    if let Some(several) = statuses::several(total) {
        text.push_str(&format!("  responses by status: {several}\n"));
    }
    // One endpoint has the figures of the whole.
    if measured.endpoints.len() > 1 || shown.verbose {
        text.push_str(&format!("\n{}", endpoints(measured)));
    }
    if shown.verbose && !measured.workers.is_empty() {
        text.push_str(&format!("\n{}", workers_table(measured)));
    }
    let beside: String = beside_the_limits(measured).map(|line| format!("  {}\n", one_line(&line))).collect();
    if !beside.is_empty() {
        text.push_str(&format!("\n{beside}"));
    }
    text
}

/// `442/s ok in 2.26 s · bodies: 93.8 KiB sent, 310 KiB received`
fn moved(measured: &Measured) -> String {
    let total = &measured.total;
    let rate = total
        .throughput_per_s
        .map_or_else(|| "no rate is known".to_owned(), |rate| format!("{} ok", figure::rate(rate)));
    let span = figure::time(measured.span.as_secs_f64());
    let bytes = |bytes: u64| figure::bytes(bytes as f64);
    format!("{rate} in {span} · bodies: {} sent, {} received", bytes(total.bytes_sent), bytes(total.bytes_received))
}

/// One row for each view of the times. What has too few samples is missing.
fn times(test: &TestReport, measured: &Measured) -> String {
    let names = ["min", "mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "max"].map(|name| (name, Align::Right));
    let mut columns = TextTable::new([("", Align::Left)].into_iter().chain(names));
    let total = &measured.total;
    let is_open = test.workload.as_ref().is_some_and(offered::judges_response_time);
    columns.row(times_row(if is_open { "response time" } else { "time" }, &total.response_time));
    if is_open {
        columns.row(times_row("service time", &total.service_time));
    }
    if has_two_views(total) {
        columns.row(times_row("the ok ones alone", &total.ok_response_time));
    }
    columns.terminal(2)
}

fn times_row(name: &str, times: &TimeSummary) -> Vec<String> {
    let percentiles = [50.0, 75.0, 90.0, 95.0, 99.0, 99.9].map(|percent| figure::percentile_s(times, percent));
    let figures = [times.min_s, times.mean_s].into_iter().chain(percentiles).chain([times.max_s]);
    std::iter::once(name.to_owned()).chain(figures.map(|seconds| shown(seconds, figure::time))).collect()
}

/// The table of what was required; of the rest, only what was breached.
fn limits(test: &TestReport, required: &[String]) -> Option<String> {
    let is_shown = |verdict: &&ThresholdVerdict| !is_unasked(verdict, required) || is_shown_breach(verdict, required);
    let shown: Vec<ThresholdVerdict> = test.thresholds.iter().filter(is_shown).cloned().collect();
    if shown.is_empty() {
        return None;
    }
    let test = TestReport { thresholds: shown, ..test.clone() };
    Some(format!("{}{}", thresholds(&test), judged_time(&test)))
}

/// True if the threshold is one that holds unless a person gives another on the success rate.
fn is_unasked(verdict: &ThresholdVerdict, required: &[String]) -> bool {
    let threshold = &verdict.threshold;
    let is_given =
        || required.iter().any(|text| text.parse().is_ok_and(|given: crate::threshold::Threshold| given == *threshold));
    threshold.metric == Metric::SuccessRate && threshold.subject == Subject::Total && !is_given()
}

/// A breach of what was not asked for is explained in the conclusion; beside other limits it belongs in their table, too.
fn is_shown_breach(verdict: &ThresholdVerdict, required: &[String]) -> bool {
    !verdict.holds && !required.is_empty()
}

/// That the build is unoptimised is said once, at the end.
fn warnings(test: &TestReport) -> Option<String> {
    let warnings: Vec<String> = test.warnings.iter().filter(|text| !text.starts_with("UNOPTIMISED")).cloned().collect();
    let text = [listed("warning", &warnings), listed("afterwards", &test.after)];
    let text: String = text.into_iter().flatten().collect();
    (!text.is_empty()).then_some(text)
}

fn conclusions(run: &RunReport, shown: ShownFigures<'_>) -> String {
    let took = elapsed(run.finished.duration_since(run.started).unwrap_or_default());
    let each: String = run.tests.iter().map(|test| conclusion(test, shown)).collect();
    let interrupted =
        run.interrupted.as_ref().map(|signal| format!("interrupted by {signal}: the figures are partial\n"));
    format!("{each}{}finished in {took}\n", interrupted.unwrap_or_default())
}

/// What was decided, or that nothing was to be decided.
fn conclusion(test: &TestReport, shown: ShownFigures<'_>) -> String {
    let ShownFigures { required, paint, .. } = shown;
    let reason = match unasked_breach(test, required) {
        Some(reason) => reason,
        None => test.reason.as_deref().map(block).unwrap_or_default(),
    };
    match test.outcome {
        Outcome::Passed if required.is_empty() => "no --require was given, so nothing was judged\n".to_owned(),
        Outcome::Passed => {
            let all = if required.len() == 1 { "the requirement holds" } else { "all requirements hold" };
            format!("{}: {all}\n", paint.outcome(Outcome::Passed, "passed"))
        }
        Outcome::Invalid if required.is_empty() && test.has_figures_without_question() => {
            let word = paint.outcome(Outcome::Invalid, "warning");
            format!("{word}: these figures prove nothing: {reason}\nno --require was given, so nothing was judged\n")
        }
        outcome => format!("{}: {reason}\n", paint.outcome(outcome, &word(outcome).to_uppercase())),
    }
}

/// Why a test failed, if it was by a limit that its person did not give.
fn unasked_breach(test: &TestReport, required: &[String]) -> Option<String> {
    if test.outcome != Outcome::Failed {
        return None;
    }
    let breached: Vec<&ThresholdVerdict> = test.thresholds.iter().filter(|verdict| !verdict.holds).collect();
    let first = breached.first().filter(|_| breached.iter().all(|verdict| is_unasked(verdict, required)))?;
    let of_arms: Vec<String> = breached.iter().map(|verdict| succeeded(verdict)).collect();
    Some(match required.is_empty() && first.threshold.limit() == 0.0 {
        true => of_arms.join(", "),
        false => {
            let limit = &first.threshold;
            format!("{}; without a --require of a success rate, `{limit}` applies", of_arms.join(", "))
        }
    })
}

/// `97.0 % of the requests succeeded`, with the server that was sent them if there are several.
fn succeeded(verdict: &ThresholdVerdict) -> String {
    let share = match verdict.actual {
        Some(share) if share > 0.0 => format!("{} of the requests succeeded", figure::percent(share)),
        _ => "no request succeeded".to_owned(),
    };
    format!("{}{share}", arm_before(verdict))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn shown(required: &[String]) -> ShownFigures<'_> {
        ShownFigures { required, verbose: false, paint: Paint::plain() }
    }

    fn required(test: &TestReport) -> Vec<String> {
        test.thresholds.iter().map(|verdict| verdict.threshold.to_string()).collect()
    }

    #[test]
    fn the_figures_of_one_run_are_what_its_person_wants_to_know() {
        let run = RunReport { tests: vec![samples::passed()], ..samples::run() };
        let written = [WrittenFile { description: "run record".to_owned(), path: "runs/1/run.json".to_owned() }];
        insta::assert_snapshot!(figures(&run, &written, shown(&required(&run.tests[0]))));
    }

    #[test]
    fn an_open_run_that_failed_has_both_times_and_its_failures_by_cause() {
        let run = RunReport { tests: vec![samples::open()], ..samples::run() };
        insta::assert_snapshot!(figures(&run, &[], shown(&required(&run.tests[0]))));
    }

    #[test]
    fn only_what_did_not_pass_is_a_problem() {
        let run = RunReport { tests: vec![samples::passed(), samples::failed()], ..samples::run() };
        let text = problems(&run, shown(&["p95 < 1s".to_owned()]));
        assert!(text.contains("FAILED: ") && !text.contains(&samples::passed().id.name), "{text}");
    }

    #[test]
    fn a_measurement_that_proves_nothing_is_a_warning_where_nothing_was_required() {
        let reason = Some("the generator was late".to_owned());
        let mut test = TestReport { outcome: Outcome::Invalid, reason, ..samples::passed() };
        let warned = "warning: these figures prove nothing: the generator was late\n";
        assert!(conclusion(&test, shown(&[])).starts_with(warned));
        assert_eq!(conclusion(&test, shown(&["p95 < 1s".to_owned()])), "INVALID: the generator was late\n");
        test.kind = crate::kind::Kind::Soak;
        assert!(conclusion(&test, shown(&[])).starts_with("INVALID: "), "a soak asks a question by itself");
    }
}
