//! Texts from outside that would give orders to a terminal, a CI system or a Markdown page.

use super::paint::Paint;
use super::{changes, github, limits, message, terminal};
use crate::comparison::ChangeVerdict;
use crate::measure::{ValueFigures, ValueKind};
use crate::outcome::{Outcome, RunReport, ServerReport, TestReport, samples};

/// A command on a line of its own, escape sequences, a mark of direction, an image, a link, a table's bar, a password.
const HOSTILE: &str = "x\n::error::y\r\n  ::stop-commands::z\n##vso[task.complete] ##[group]a ##teamcity[b]\u{1b}[2J\0\
                       \u{202e}![i](http://evil/a.png) [l](http://evil) <img src=a> a|b www.evil.example @me \
                       http://me:secret@host/";

/// A failed test in which every text from outside is hostile.
fn hostile() -> TestReport {
    let long = format!("{HOSTILE}{}", "long ".repeat(200_000));
    let mut test = TestReport { outcome: Outcome::Failed, reason: Some(long.clone()), ..samples::errored() };
    let measured = test.measured.as_mut().expect("the sample has figures");
    let mut second = measured.endpoints[0].clone();
    second.name = "GET /b".to_owned();
    measured.endpoints.push(second);
    measured.endpoints[0].name = HOSTILE.to_owned();
    for summary in [&mut measured.total].into_iter().chain(&mut measured.endpoints) {
        summary.failures = [(long.clone(), 30)].into();
    }
    measured.generator.own_errors = [(HOSTILE.to_owned(), 1)].into();
    measured.workers = samples::of_workers().measured.expect("the sample has figures").workers;
    measured.workers.iter_mut().for_each(|worker| worker.facts.machine = long.clone());
    measured.values = vec![ValueFigures::of_samples(HOSTILE, ValueKind::Distribution, [1.0, 2.0], 1.0)];
    test.warnings = vec![long.clone()];
    test.after = vec![HOSTILE.to_owned()];
    let server =
        ServerReport { died: Some("exit status 1".to_owned()), last_lines: vec![long], ..test.servers[0].clone() };
    test.servers = vec![ServerReport { name: HOSTILE.to_owned(), ..server }];
    test.comparisons = samples::stored(ChangeVerdict::Regressed).comparisons;
    for comparison in &mut test.comparisons {
        (comparison.reference, comparison.subject) = (HOSTILE.to_owned(), HOSTILE.to_owned());
        comparison.notes = vec![format!("{HOSTILE}{}", "long ".repeat(200_000))];
        comparison.changes[0].metric = HOSTILE.to_owned();
        comparison.changes[0].note = Some(HOSTILE.to_owned());
    }
    test
}

fn run() -> RunReport {
    RunReport { tests: vec![hostile()], ..samples::run() }
}

#[track_caller]
fn assert_harmless(text: &str) {
    let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(obeyed), "{text:?}");
    assert!(!text.contains("secret"), "{text}");
    assert!(text.len() < 100_000, "{} bytes", text.len());
    for command in ["##vso[", "##[", "##teamcity["] {
        assert!(!text.contains(command), "{text}");
    }
}

#[test]
fn a_message_obeys_no_text_from_outside() {
    let text = message::failure(&hostile());
    assert_harmless(&text);
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    assert!(text.contains("x ::error::y") || text.contains("\\::error::y"), "it can still be read: {text}");
}

#[test]
fn the_tables_obey_no_text_from_outside() {
    let (run, passed) = (run(), TestReport { outcome: Outcome::Passed, ..hostile() });
    let text = [
        terminal::loads(&run, Paint::plain()),
        terminal::statuses(&run, Paint::plain()),
        terminal::everything(&run, Paint::plain()),
        terminal::asked(&RunReport { tests: vec![passed], ..samples::run() }, Paint::plain()),
        terminal::summary(&run, &[], Paint::plain()),
        limits::limits(&run, Paint::plain()),
        changes::table(&run, Paint::plain()),
        changes::everything(&run, Paint::plain()),
    ];
    assert_harmless(&text.concat());
}

#[test]
fn an_annotation_is_one_command_whatever_is_in_it() {
    let text = github::annotations(&run());
    assert_harmless(&text);
    assert!(
        text.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::warning title=")),
        "{text}"
    );
}

#[test]
fn nothing_in_the_step_summary_is_live() {
    let mut run = run();
    run.environment.cpu_model = Some(HOSTILE.to_owned());
    run.interrupted = Some(HOSTILE.to_owned());
    let text = github::step_summary(&run);
    assert_harmless(&text);
    let live_text = without_code_and_escapes(&text);
    for live in ["![", "](", "[l]", "<img", "http://evil", " www.", "@me"] {
        assert!(!live_text.contains(live), "`{live}` in {text}");
    }
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
}

/// What a Markdown page would obey.
fn without_code_and_escapes(text: &str) -> String {
    let mut live = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '`' => drop(characters.find(|c| *c == '`')),
            other => live.push(other),
        }
    }
    live
}

#[test]
fn a_line_break_in_a_cell_does_not_break_a_table() {
    let mut table = super::table::TextTable::new([("a", super::table::Align::Left), ("b", super::table::Align::Left)]);
    table.row(["x\ny|z".to_owned(), "c".to_owned()]);
    assert_eq!((table.markdown().lines().count(), table.terminal(0).lines().count()), (3, 2));
}
