//! The table of the tests that offer load.

use crate::kind::Kind;
use crate::measure::{ClassFigures, Measured, Summary};
use crate::outcome::{RunReport, TestReport, figure, has_two_views, offered};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::report::words::word;

const HEADER: [(&str, Align); 11] = [
    ("test", Align::Left),
    ("load", Align::Right),
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("ok rate", Align::Right),
    ("mean", Align::Right),
    ("p50", Align::Right),
    ("p95", Align::Right),
    ("p99", Align::Right),
    ("max", Align::Right),
    ("outcome", Align::Left),
];

/// The table of all tests that offered load, except benchmarks, with a row for each arm, and below it for each class of users; empty if there are none.
///
/// Times are response times, failed requests included; where more than 1 % failed, those of the ok requests stand below them. In a closed workload these are the service times, too.
pub fn loads(run: &RunReport, paint: Paint) -> String {
    let tests = run.tests.iter().filter(|test| test.kind != Kind::Benchmark);
    let tests = tests.flat_map(|test| test.figures().map(move |(arm, measured)| (test, arm, measured)));
    let tests: Vec<(&TestReport, Option<&str>, &Measured)> = tests.collect();
    if tests.is_empty() {
        return String::new();
    }
    let mut columns = TextTable::new(HEADER);
    let mut outcomes = Vec::new();
    for (test, arm, measured) in &tests {
        columns.row(row(test, *arm, measured));
        outcomes.push(Some(test.outcome));
        if has_two_views(&measured.total) {
            columns.row(ok_row(measured));
            outcomes.push(None);
        }
        for class in &measured.classes {
            columns.row(class_row(class));
            outcomes.push(None);
        }
    }
    let text = columns.terminal(2);
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    // Colours are added last, because the table would count their codes as width.
    let painted = lines.zip(&outcomes).map(|(line, outcome)| {
        let Some(outcome) = *outcome else { return format!("{line}\n") };
        let word = word(outcome);
        let rest = line.strip_suffix(word).unwrap_or(line);
        format!("{rest}{}\n", paint.outcome(outcome, word))
    });
    let title = paint.heading("Load (response times)");
    format!("{title}\n{}\n{}", paint.dimmed(header), painted.collect::<String>())
}

/// The users of one class, below the row of their test.
fn class_row(class: &ClassFigures) -> Vec<String> {
    let users =
        shown(class.users, |users| format!("{} user{}", figure::count(users), if users == 1 { "" } else { "s" }));
    let figures = figures_of(&class.measured.total);
    [format!("  {}", class.name), users].into_iter().chain(figures).chain([String::new()]).collect()
}

/// The times of the ok requests alone.
fn ok_row(measured: &Measured) -> Vec<String> {
    let (times, nothing) = (&measured.total.ok_response_time, String::new);
    let percentile = |percent| shown(figure::percentile_s(times, percent), figure::time);
    vec![
        "  the ok ones alone".to_owned(),
        nothing(),
        figure::count(times.samples),
        nothing(),
        nothing(),
        shown(times.mean_s, figure::time),
        percentile(50.0),
        percentile(95.0),
        percentile(99.0),
        shown(times.max_s, figure::time),
        nothing(),
    ]
}

fn row(test: &TestReport, arm: Option<&str>, measured: &Measured) -> Vec<String> {
    let first = [test.name_of(arm), shown(test.workload.as_ref(), offered::load)];
    first.into_iter().chain(figures_of(&measured.total)).chain([word(test.outcome).to_owned()]).collect()
}

/// From the number of requests to the longest time.
fn figures_of(total: &Summary) -> [String; 8] {
    let percentile = |percent| figure::percentile_s(&total.response_time, percent);
    [
        figure::count(total.requests.intended),
        shown(total.requests.success_rate(), figure::percent),
        shown(total.throughput_per_s, figure::rate),
        shown(total.response_time.mean_s, figure::time),
        shown(percentile(50.0), figure::time),
        shown(percentile(95.0), figure::time),
        shown(percentile(99.0), figure::time),
        shown(total.response_time.max_s, figure::time),
    ]
}
