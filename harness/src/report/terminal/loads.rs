//! The table of the tests that offer load.

use crate::kind::Kind;
use crate::measure::Measured;
use crate::outcome::{RunReport, TestReport, figure, offered};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::report::words::word;

const HEADER: [(&str, Align); 11] = [
    ("test", Align::Left),
    ("load", Align::Right),
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("rate", Align::Right),
    ("mean", Align::Right),
    ("p50", Align::Right),
    ("p95", Align::Right),
    ("p99", Align::Right),
    ("max", Align::Right),
    ("outcome", Align::Left),
];

/// The table of all tests that offered load, except benchmarks; empty if there are none.
///
/// Times are response times, failed requests included. In a closed workload these are the service times, too.
pub fn loads(run: &RunReport, paint: Paint) -> String {
    let tests: Vec<(&TestReport, &Measured)> = run
        .tests
        .iter()
        .filter(|test| test.kind != Kind::Benchmark)
        .filter_map(|test| Some((test, test.measured.as_ref()?)))
        .collect();
    if tests.is_empty() {
        return String::new();
    }
    let mut columns = TextTable::new(HEADER);
    for (test, measured) in &tests {
        columns.row(row(test, measured));
    }
    let text = columns.terminal(2);
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    // Colours are added last, because the table would count their codes as width.
    let painted = lines.zip(&tests).map(|(line, (test, _))| {
        let word = word(test.outcome);
        let rest = line.strip_suffix(word).unwrap_or(line);
        format!("{rest}{}\n", paint.outcome(test.outcome, word))
    });
    let title = paint.heading("Load (response times)");
    format!("{title}\n{}\n{}", paint.dimmed(header), painted.collect::<String>())
}

fn row(test: &TestReport, measured: &Measured) -> Vec<String> {
    let total = &measured.total;
    let percentile = |percent| figure::percentile_s(&total.response_time, percent);
    vec![
        test.id.name.clone(),
        shown(test.workload.as_ref(), offered::load),
        figure::count(total.requests.intended),
        shown(total.requests.success_rate(), figure::percent),
        shown(total.throughput_per_s, figure::rate),
        shown(total.response_time.mean_s, figure::time),
        shown(percentile(50.0), figure::time),
        shown(percentile(95.0), figure::time),
        shown(percentile(99.0), figure::time),
        shown(total.response_time.max_s, figure::time),
        word(test.outcome).to_owned(),
    ]
}
