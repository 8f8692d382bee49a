//! What a test was compared with, and what came of it.

use super::titled::titled;
use crate::comparison::ChangeVerdict;
use crate::outcome::{TestReport, change_with_interval, compared_figure, smallest_visible, verdict_word};
use crate::report::changes::{ChangeRow, Changes};
use crate::report::html::chart::{Chart, figures};
use crate::report::html::escaped::{Escaped, name, prose};
use crate::report::html::table::{Cells, HtmlTable, shown};

const HEADINGS: [(&str, Cells); 8] = [
    ("compared", Cells::Words),
    ("figure", Cells::Words),
    ("verdict", Cells::Words),
    ("before", Cells::Figures),
    ("after", Cells::Figures),
    ("change", Cells::Figures),
    ("95 % interval of it", Cells::Figures),
    ("smallest visible", Cells::Figures),
];

/// A row for each figure of each comparison, what weakens them, and the charts of the arms. Empty if nothing was compared.
pub(super) fn changes(test: &TestReport, charts: &[Chart]) -> String {
    let changes = Changes::of_test(test);
    let mut table = HtmlTable::new("Comparisons", &HEADINGS);
    table.rows = changes.rows.iter().map(row).collect();
    let notes = changes.notes.iter().map(|note| format!("<li>{}\n", prose(note)));
    let notes: String = notes.collect();
    let notes = if notes.is_empty() { notes } else { format!("<ul class=notes>{notes}</ul>\n") };
    titled("Comparisons", [table.html(), notes, figures(charts)].concat())
}

fn row(row: &ChangeRow<'_>) -> Vec<String> {
    let ChangeRow { report, change, .. } = row;
    let value = |value: Option<f64>| shown(value, |value| compared_figure(change, value));
    let estimate = change.change.as_ref();
    // Both ends are in the text of the change.
    let text = estimate.map(change_with_interval);
    let (ratio, interval) = match text.as_deref().map(|text| text.split_once(" (")) {
        Some(Some((ratio, interval))) => (ratio.to_owned(), interval.trim_end_matches(')').to_owned()),
        Some(None) => (text.unwrap_or_default(), "-".to_owned()),
        None => ("-".to_owned(), "-".to_owned()),
    };
    vec![
        format!("{} → {}", name(&report.reference), name(&report.subject)),
        format!("<code>{}</code>", Escaped::line(&change.metric)),
        badge(change.verdict),
        value(change.before),
        value(change.after),
        ratio,
        interval,
        shown(estimate.and_then(smallest_visible), |least| least),
    ]
}

/// A word, a shape and a colour, so that none of them is the only sign.
fn badge(verdict: ChangeVerdict) -> String {
    let (class, shape) = match verdict {
        ChangeVerdict::Regressed => ("failed", "▲"),
        ChangeVerdict::NoWorse => ("passed", "="),
        ChangeVerdict::Improved => ("passed", "▼"),
        ChangeVerdict::CannotTell => ("invalid", "?"),
        ChangeVerdict::NotComparable => ("ignored", "–"),
    };
    format!("<span class=\"badge {class}\"><span aria-hidden=true>{shape}</span> {}</span>", verdict_word(verdict))
}
