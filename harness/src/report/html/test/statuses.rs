//! Responses by status.

use super::titled::titled;
use crate::measure::Measured;
use crate::outcome::figure;
use crate::report::html::table::{Cells, HtmlTable};

/// A server that answers with more is hostile.
const MOST_SHOWN: usize = 100;

pub(super) fn statuses(measured: &Measured) -> String {
    let statuses = &measured.total.statuses;
    let all: u64 = statuses.iter().map(|count| count.responses).sum();
    let headings = [
        ("status", Cells::Figures),
        ("responses", Cells::Figures),
        ("share", Cells::Figures),
        ("first", Cells::Figures),
        ("last", Cells::Figures),
    ];
    let mut table = HtmlTable::new("Responses by status", &headings);
    let rows = statuses.iter().take(MOST_SHOWN).map(|count| {
        vec![
            count.status.to_string(),
            figure::count(count.responses),
            if all > 0 { figure::percent(count.responses as f64 / all as f64) } else { "-".to_owned() },
            figure::time(count.first_s),
            figure::time(count.last_s),
        ]
    });
    table.rows = rows.collect();
    let more = match statuses.len().saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!("<p>and {more} more statuses</p>\n"),
    };
    titled("Status codes", [table.html(), more].concat())
}
