//! Responses by status.

use super::paint::Paint;
use super::table::{Align, TextTable};
use crate::measure::Summary;
use crate::outcome::{RunReport, figure};
use crate::text::markdown_code;

/// Statuses on one line; a server that answers with more is hostile.
const SHOWN: usize = 10;

/// `200: 951, 429: 49`; `None` unless there is more than one.
pub(crate) fn several(summary: &Summary) -> Option<String> {
    let statuses = &summary.statuses;
    if statuses.len() < 2 {
        return None;
    }
    let shown =
        statuses.iter().take(SHOWN).map(|count| format!("{}: {}", count.status, figure::count(count.responses)));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if statuses.len() > SHOWN {
        text.push_str(&format!(" and {} more statuses", statuses.len() - SHOWN));
    }
    Some(text)
}

/// The responses by status of each test that had more than one; empty if none had.
pub(crate) fn table(run: &RunReport, paint: Paint) -> String {
    let Some(columns) = rows(run, str::to_owned) else { return String::new() };
    let text = columns.terminal(2);
    let (header, rows) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{}\n{rows}", paint.heading("Statuses (where more than one)"), paint.dimmed(header))
}

/// The same as a Markdown table.
pub(super) fn markdown_table(run: &RunReport) -> Option<String> {
    rows(run, markdown_code).map(|columns| columns.markdown())
}

/// A row for each test that had more than one status; `None` if none had.
fn rows(run: &RunReport, shown: fn(&str) -> String) -> Option<TextTable> {
    let mut columns = TextTable::new([("test", Align::Left), ("responses by status", Align::Left)]);
    let mut any = false;
    for test in &run.tests {
        if let Some(statuses) = test.measured.as_ref().and_then(|measured| several(&measured.total)) {
            columns.row([shown(&test.id.name), statuses]);
            any = true;
        }
    }
    any.then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::StatusCount;
    use crate::outcome::samples;

    fn summary(statuses: impl IntoIterator<Item = u16>) -> Summary {
        let count = |status| StatusCount { status, responses: 1_000, expected: 0, first_s: 0.0, last_s: 1.0 };
        Summary { statuses: statuses.into_iter().map(count).collect(), ..Summary::default() }
    }

    #[test]
    fn statuses_are_shown_where_there_is_more_than_one() {
        assert_eq!((several(&summary([])), several(&summary([200]))), (None, None));
        assert_eq!(several(&summary([200, 429])).unwrap(), "200: 1,000, 429: 1,000");
        assert!(several(&summary(200..212)).unwrap().ends_with(" and 2 more statuses"));
    }

    #[test]
    fn the_table_has_the_tests_with_more_than_one_status() {
        let run = RunReport { tests: vec![samples::passed(), samples::failed()], ..samples::run() };
        let text = table(&run, Paint::plain());
        assert!(text.contains("agent::workflows  200: 4,900, 503: 75") && !text.contains("agent::health"), "{text}");
        let run = RunReport { tests: vec![samples::passed(), samples::ignored()], ..samples::run() };
        assert_eq!(table(&run, Paint::plain()), "");
    }
}
