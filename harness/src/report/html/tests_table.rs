//! The table of all tests.

use std::borrow::Cow;

use super::escaped::{Escaped, name};
use super::margin::{actual_with_margin, bar, nearest};
use super::outcomes::badge;
use super::table::{Cells, HtmlTable, shown};
use crate::kind::Kind;
use crate::measure::Measured;
use crate::outcome::{RunReport, TestReport, figure, offered};

const HEADINGS: [(&str, Cells); 10] = [
    ("test", Cells::Words),
    ("outcome", Cells::Words),
    ("load", Cells::Figures),
    ("rate", Cells::Figures),
    ("mean", Cells::Figures),
    ("p50", Cells::Figures),
    ("p95", Cells::Figures),
    ("p99", Cells::Figures),
    ("nearest limit", Cells::Words),
    ("used of it", Cells::Words),
];

/// A row for each test or each of its arms, which leads to its section.
pub(super) fn tests_table(run: &RunReport) -> String {
    let mut table = HtmlTable::new("Tests", &HEADINGS);
    table.label = Cow::Borrowed("All tests with their outcome, load, times and nearest limit");
    let rows = run.tests.iter().enumerate().flat_map(|(index, test)| {
        let mut rows: Vec<_> =
            test.figures().map(|(arm, measured)| row(index + 1, test, arm, Some(measured))).collect();
        if rows.is_empty() {
            rows.push(row(index + 1, test, None, None));
        }
        rows
    });
    table.rows = rows.collect();
    format!(
        "<section><h2>Tests</h2>\n<p class=muted>Times are response times, failed requests included; of a benchmark those of one \
         iteration. The rate counts what ended ok.</p>\n{}</section>\n",
        table.html_with(" class=tests")
    )
}

fn row(number: usize, test: &TestReport, arm: Option<&str>, measured: Option<&Measured>) -> Vec<String> {
    let link = format!("<a href=\"#t{number}\">{}</a>", name(&test.name_of(arm)));
    let judged = measured.map(|measured| match test.kind {
        Kind::Benchmark => &measured.iteration,
        _ => &measured.total,
    });
    let times = judged.map(|summary| &summary.response_time);
    let percentile = |percent| shown(times.and_then(|times| figure::percentile_s(times, percent)), figure::time);
    let nearest = nearest(test, arm);
    vec![
        link,
        badge(test.outcome),
        shown(test.workload.as_ref(), offered::load),
        shown(judged.and_then(|summary| summary.throughput_per_s), figure::rate),
        shown(times.and_then(|times| times.mean_s), figure::time),
        percentile(50.0),
        percentile(95.0),
        percentile(99.0),
        shown(nearest, |verdict| {
            let limit = verdict.threshold.to_string();
            format!("<code>{}</code> {}", Escaped::line(&limit), actual_with_margin(verdict))
        }),
        nearest.map(bar).unwrap_or_default(),
    ]
}
