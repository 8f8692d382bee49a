//! The verdict of the run: what went wrong, in one sentence and then test by test.

use super::escaped::{Escaped, name, prose};
use super::outcomes::badge;
use super::table::terms;
use crate::outcome::{Outcome, RunReport, TestReport, timestamp, unoptimised_note};
use crate::report::afterwards;
use crate::report::words::count_outcomes;

/// More tests that did not pass are in the table alone.
const MOST_SHOWN: usize = 12;

/// The head of the page.
pub(super) fn verdict(run: &RunReport) -> String {
    let wrong: Vec<(usize, &TestReport)> =
        run.tests.iter().enumerate().filter(|(_, test)| test.outcome.is_problem()).collect();
    let class = worst(run);
    let items = wrong.iter().take(MOST_SHOWN).map(|(index, test)| {
        let reason = test.reason.as_deref().map(prose).unwrap_or_default();
        format!("<li>{} <a href=\"#t{}\">{}</a> {reason}\n", badge(test.outcome), index + 1, name(&test.id.name))
    });
    let items: String = items.collect();
    let more = match wrong.len().saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!("<p>and {more} more, in the table below</p>\n"),
    };
    let list = if items.is_empty() { items } else { format!("<ul class=wrong>{items}</ul>\n{more}") };
    format!(
        "<p class=brand>Proofload report</p>\n<div class=\"verdict {class}\"><h1>{}</h1>\n{list}{}</div>\n{}",
        sentence(run),
        notes(run),
        facts(run)
    )
}

/// One sentence: `1 of 20 tests failed and 19 passed.`
fn sentence(run: &RunReport) -> String {
    let ran = run.tests.iter().filter(|test| test.outcome != Outcome::Ignored).count();
    let passed = run.tests.iter().filter(|test| test.outcome == Outcome::Passed).count();
    let wrong = run.tests.iter().filter(|test| test.outcome.is_problem()).count();
    let ignored = match run.tests.len() - ran {
        0 => String::new(),
        ignored => format!(" {ignored} did not run."),
    };
    let tests = |count: usize| if count == 1 { "test" } else { "tests" };
    match &run.interrupted {
        Some(signal) => format!(
            "The run was interrupted by {}: the figures are partial. {}.",
            Escaped::line(signal),
            count_outcomes(run, |_, count| count.to_owned())
        ),
        None if ran == 0 => format!("No test ran.{ignored}"),
        None if passed == ran && ran == 1 => format!("The test passed.{ignored}"),
        None if passed == ran => format!("All {ran} tests passed.{ignored}"),
        None if wrong == 0 => format!("No test failed: {}.", count_outcomes(run, |_, count| count.to_owned())),
        None => format!(
            "{wrong} of {ran} {} did not pass: {}.",
            tests(ran),
            count_outcomes(run, |_, count| count.to_owned())
        ),
    }
}

/// The outcome that colours the verdict.
fn worst(run: &RunReport) -> &'static str {
    let any = |outcome| run.tests.iter().any(|test| test.outcome == outcome);
    match () {
        () if any(Outcome::Failed) => "failed",
        () if any(Outcome::Errored) => "errored",
        () if any(Outcome::Invalid) => "invalid",
        () if run.interrupted.is_some() || any(Outcome::Interrupted) => "interrupted",
        () if any(Outcome::Explored) => "explored",
        () if any(Outcome::Passed) => "passed",
        () => "ignored",
    }
}

/// What concerns the run as a whole.
fn notes(run: &RunReport) -> String {
    let environment = &run.environment;
    let unoptimised = unoptimised_note(environment.optimised, &environment.crates);
    let notes = unoptimised.into_iter().chain(run.watched_note()).chain(afterwards::closing_lines(run));
    notes.map(|note| format!("<p class=note>{}</p>\n", prose(&note))).collect()
}

fn facts(run: &RunReport) -> String {
    let took = run.finished.duration_since(run.started).unwrap_or_default();
    let seconds = took.as_secs_f64();
    let took = match took.as_secs() {
        0..60 => format!("{seconds:.1} s"),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    };
    let environment = &run.environment;
    let commit = environment.git_commit.as_deref().map(|commit| {
        let dirty = if environment.git_dirty == Some(true) { ", with changes" } else { "" };
        format!("<code>{}</code>{dirty}", Escaped::line(commit))
    });
    terms([
        ("started", Some(timestamp::rfc3339(run.started))),
        ("took", Some(took)),
        ("commit", commit),
        ("processor", environment.cpu_model.as_deref().map(name)),
        ("cores", environment.cores.map(|cores| cores.to_string())),
        ("run", Some(format!("<code>{}</code>", Escaped::line(&run.id))).filter(|_| !run.id.is_empty())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn of(tests: Vec<TestReport>, interrupted: Option<&str>) -> RunReport {
        RunReport { tests, interrupted: interrupted.map(str::to_owned), ..samples::run() }
    }

    #[test]
    fn one_sentence_says_how_the_run_ended() {
        assert_eq!(
            sentence(&samples::run()),
            "3 of 7 tests did not pass: 1 failed, 1 errored, 1 invalid, 4 passed, 1 ignored."
        );
        assert_eq!(sentence(&of(vec![samples::passed(), samples::case(5)], None)), "All 2 tests passed.");
        assert_eq!(sentence(&of(vec![samples::passed(), samples::ignored()], None)), "The test passed. 1 did not run.");
        assert_eq!(sentence(&of(vec![samples::ignored()], None)), "No test ran. 1 did not run.");
        let explored = TestReport { outcome: Outcome::Explored, ..samples::passed() };
        assert_eq!(sentence(&of(vec![samples::passed(), explored], None)), "No test failed: 1 explored, 1 passed.");
        let interrupted = sentence(&of(vec![samples::passed()], Some("SIGINT")));
        assert_eq!(interrupted, "The run was interrupted by SIGINT: the figures are partial. 1 passed.");
    }

    #[test]
    fn a_run_that_browsers_watched_says_so() {
        let run = RunReport { viewers_peak: Some(2), ..samples::run() };
        assert!(notes(&run).contains("2 browsers watched the run"), "{}", notes(&run));
        assert!(!notes(&samples::run()).contains("watched"));
    }

    #[test]
    fn the_verdict_is_never_better_than_its_worst_test() {
        assert_eq!(worst(&samples::run()), "failed");
        assert_eq!(worst(&of(vec![samples::passed(), samples::invalid()], None)), "invalid");
        assert_eq!(worst(&of(vec![samples::passed()], Some("SIGINT"))), "interrupted");
        assert_eq!(worst(&of(vec![samples::ignored()], None)), "ignored");
    }

    #[test]
    fn each_test_that_did_not_pass_is_listed_with_its_reason() {
        let text = verdict(&samples::run());
        assert!(text.contains("<a href=\"#t3\"><bdi>agent::workflows</bdi></a>"), "{text}");
        assert_eq!(text.matches("<li>").count(), 3, "{text}");
    }
}
