//! The step summary and the annotations that GitHub Actions shows.

use super::causes::causes;
use super::changes::markdown_table;
use super::limits::limits_markdown;
use super::message::conservation;
use super::statuses;
use super::table::{Align, TextTable, shown};
use super::words::{count_outcomes, word};
use super::workers::workers_line;
use crate::comparison::ChangeVerdict;
use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::outcome::{Outcome, RunReport, TestReport, build_name, change_sentence, figure, offered};
use crate::text::{block, markdown, markdown_code, one_line};

const HEADER: [(&str, Align); 9] = [
    ("", Align::Left),
    ("test", Align::Left),
    ("load", Align::Right),
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("ok rate", Align::Right),
    ("mean", Align::Right),
    ("p95", Align::Right),
    ("max", Align::Right),
];

/// The Markdown that is appended to the file `GITHUB_STEP_SUMMARY` names.
pub fn step_summary(run: &RunReport) -> String {
    let ran: Vec<&TestReport> = run.tests.iter().filter(|test| test.outcome != Outcome::Ignored).collect();
    let mut text = format!("## Proofload: {}\n\n", count_outcomes(run, |_, count| count.to_owned()));
    if let Some(signal) = &run.interrupted {
        text.push_str(&format!("Interrupted by {}: the figures are partial.\n\n", markdown(signal)));
    }
    text.extend(run.watched_note().map(|note| format!("Warning: {note}.\n\n")));
    let mut columns = TextTable::new(HEADER);
    for test in &ran {
        test.figures().for_each(|(arm, measured)| columns.row(row(test, arm, Some(measured))));
        if test.figures().next().is_none() {
            columns.row(row(test, None, None));
        }
    }
    if !ran.is_empty() {
        text.push_str(&columns.markdown());
    }
    text.extend(workers_line(run).map(|line| format!("\n{line}.\n")));
    text.extend(markdown_table(run).map(|table| format!("\n{table}")));
    text.extend(limits_markdown(run).map(|table| format!("\n{table}")));
    text.extend(statuses::markdown_table(run).map(|table| format!("\n{table}")));
    let not_passed = ran.iter().filter(|test| test.outcome != Outcome::Passed);
    text.extend(not_passed.map(|test| detail(test)));
    text.push_str(&format!("\n{}\n", machine(run)));
    text
}

/// One workflow command a line: an error for each test that did not pass, a warning for each warning and for each test that became
/// slower and passed all the same. What concerns a test stands at its line.
pub fn annotations(run: &RunReport) -> String {
    let lines = run.tests.iter().flat_map(|test| {
        let at = test.source.as_deref();
        let name = &test.id.name;
        let error = test.outcome.is_problem().then(|| {
            let reason = test.reason.as_deref().unwrap_or("no reason was given");
            command("error", at, &format!("{name} {}", word(test.outcome)), reason)
        });
        let slower = slower(test).map(|text| command("warning", at, &format!("{name} regressed"), &text));
        let warnings = test.warnings.iter().chain(&test.after).map(|warning| command("warning", at, name, warning));
        error.into_iter().chain(slower).chain(warnings).collect::<Vec<_>>()
    });
    lines.collect()
}

/// What became slower and is not the reason of a failure.
fn slower(test: &TestReport) -> impl Iterator<Item = String> {
    let regressed = test.comparisons.iter().filter(|report| report.verdict == ChangeVerdict::Regressed);
    let is_said = |text: &String| test.reason.as_ref().is_some_and(|reason| reason.contains(text));
    regressed.map(change_sentence).filter(move |text| !is_said(text))
}

/// `::error title=…,file=…,line=…::…`, escaped so that no text can begin another command. `at` is `tests/perf.rs:12`.
fn command(level: &str, at: Option<&str>, title: &str, text: &str) -> String {
    let text = escape_data(&block(text));
    let place =
        at.and_then(|at| at.rsplit_once(':')).filter(|(_, line)| line.bytes().all(|byte| byte.is_ascii_digit()));
    let place = place.map(|(file, line)| format!(",file={},line={line}", escape_property(file))).unwrap_or_default();
    format!("::{level} title={}{place}::{text}\n", escape_property(title))
}

fn escape_property(text: &str) -> String {
    escape_data(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}

/// `%` first, or the other escapes would be escaped again.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn row(test: &TestReport, arm: Option<&str>, measured: Option<&Measured>) -> Vec<String> {
    let sign = match test.outcome {
        Outcome::Passed => "✅",
        Outcome::Failed => "❌",
        Outcome::Explored => "🔎",
        _ => "⚠️",
    };
    let judged = measured.map(|measured| match test.kind {
        Kind::Benchmark => &measured.iteration,
        _ => &measured.total,
    });
    let p95 = |summary: &Summary| figure::percentile_s(&summary.response_time, 95.0);
    vec![
        sign.to_owned(),
        format!("{} {}", markdown_code(&test.name_of(arm)), test.kind),
        shown(test.workload.as_ref(), offered::load),
        shown(judged.map(|summary| summary.requests.intended), figure::count),
        shown(judged.and_then(|summary| summary.requests.success_rate()), figure::percent),
        shown(judged.and_then(|summary| summary.throughput_per_s), figure::rate),
        shown(judged.and_then(|summary| summary.response_time.mean_s), figure::time),
        shown(judged.and_then(p95), figure::time),
        shown(judged.and_then(|summary| summary.response_time.max_s), figure::time),
    ]
}

/// Why a test did not pass, and where its requests ended.
fn detail(test: &TestReport) -> String {
    let reason = markdown(test.reason.as_deref().unwrap_or("no reason was given"));
    let requests = test.figures().map(|(arm, measured)| {
        let causes = causes(&measured.total).into_iter().map(|cause| {
            let (label, endpoints) = cause.with_endpoints(measured);
            let at = if endpoints.is_empty() { endpoints } else { format!(" ({endpoints})") };
            format!("; {} × {}", figure::count(cause.count), markdown(&format!("{label}{at}")))
        });
        let arm = arm.map(|arm| format!("{}: ", markdown(arm))).unwrap_or_default();
        format!("\n  * {arm}{}{}", conservation(&measured.total.requests), causes.collect::<String>())
    });
    let requests: String = requests.collect();
    format!("\n* **{} {}**: {reason}{requests}\n", markdown_code(&test.id.name), word(test.outcome))
}

fn machine(run: &RunReport) -> String {
    let environment = &run.environment;
    let processor = environment.cpu_model.as_deref().map_or_else(|| "unknown processor".to_owned(), markdown);
    let cores = shown(environment.cores, |cores| cores.to_string());
    let build = if environment.optimised { build_name(true, &environment.crates) } else { "UNOPTIMISED".to_owned() };
    format!("{processor}, {cores} cores, {}, {build} build, proofload {}", environment.os, environment.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn nothing_in_a_text_can_begin_another_command_or_property() {
        let line = command("error", None, "a::b,c=1%", "50 % of\r\n::error::it");
        assert_eq!(line, "::error title=a%3A%3Ab%2Cc=1%25::50 %25 of%0A\\::error::it\n");
        let line = command("error", Some("a,b:c.rs:12"), "a", "b");
        assert_eq!(line, "::error title=a,file=a%2Cb%3Ac.rs,line=12::b\n");
        assert_eq!(command("error", Some("a.rs:1::x"), "a", "b"), "::error title=a::b\n");
    }

    #[test]
    fn a_regression_is_an_error_at_the_line_of_its_test_and_a_warning_if_the_test_passed() {
        let arms = samples::versus();
        let mut unconfirmed = samples::stored(ChangeVerdict::Regressed);
        unconfirmed.comparisons[0].confirmed = None;
        let run = RunReport { tests: vec![samples::regressed(), unconfirmed, arms], ..samples::run() };
        insta::assert_snapshot!(annotations(&run));
    }

    #[test]
    fn the_step_summary_has_the_comparisons_and_a_row_for_each_arm() {
        let run = RunReport { tests: vec![samples::versus(), samples::regressed()], ..samples::run() };
        insta::assert_snapshot!(step_summary(&run));
    }

    #[test]
    fn each_test_that_did_not_pass_is_an_error_and_each_warning_a_warning() {
        insta::assert_snapshot!(annotations(&samples::run()));
    }

    #[test]
    fn the_step_summary_shows_every_test_that_ran_and_why_some_did_not_pass() {
        insta::assert_snapshot!(step_summary(&samples::run()));
    }

    #[test]
    fn the_step_summary_shows_the_intervals_of_the_limits() {
        let run = RunReport { tests: vec![samples::open()], ..samples::run() };
        let text = step_summary(&run);
        assert!(text.contains("| 271 ms to 289 ms | **breached, borderline** |"), "{text}");
    }
}
