//! The thresholds of a test, each with its figure and its margin.

use super::titled::titled;
use crate::outcome::{TestReport, ThresholdVerdict, figure};
use crate::report::html::escaped::{Escaped, prose};
use crate::report::html::margin::bar;
use crate::report::html::table::{Cells, HtmlTable, shown};
use crate::report::limits::{interval_of, mark};
use crate::report::message::arm_before;

const HEADINGS: [(&str, Cells); 8] = [
    ("threshold", Cells::Words),
    ("verdict", Cells::Words),
    ("actual", Cells::Figures),
    ("limit", Cells::Figures),
    ("95 % interval", Cells::Figures),
    ("margin", Cells::Figures),
    ("used of the limit", Cells::Words),
    ("samples", Cells::Figures),
];

pub(super) fn thresholds(test: &TestReport) -> String {
    let mut table = HtmlTable::new("Thresholds", &HEADINGS);
    table.rows = test.thresholds.iter().map(|verdict| row(test, verdict)).collect();
    let doubts = test.thresholds.iter().filter_map(|verdict| {
        let doubt = verdict.doubt.as_deref()?;
        Some(format!(
            "<p class=note><code>{}</code>: {}</p>\n",
            Escaped::line(&verdict.threshold.to_string()),
            prose(doubt)
        ))
    });
    titled("Thresholds", [table.html(), doubts.collect()].concat())
}

fn row(test: &TestReport, verdict: &ThresholdVerdict) -> Vec<String> {
    let threshold = &verdict.threshold;
    let figure_name = format!("{}{}{}", arm_before(verdict), threshold.metric, threshold.subject);
    let limit = figure::limit(threshold, verdict.actual);
    let (class, sign) = if verdict.holds { ("passed", "✓") } else { ("failed", "✗") };
    let word = mark(verdict, test.outcome);
    vec![
        format!("<code>{}</code>", Escaped::line(&figure_name)),
        format!("<span class=\"badge {class}\"><span aria-hidden=true>{sign}</span> {word}</span>"),
        verdict.actual.map_or_else(|| "no data".to_owned(), |actual| figure::beside_limit(threshold, actual)),
        Escaped::line(&limit).to_string(),
        interval_of(verdict),
        shown(verdict.actual, |actual| figure::margin(threshold, actual)),
        bar(verdict),
        figure::count(verdict.samples),
    ]
}
