//! The table of comparisons, for a terminal and in Markdown.

use super::rows::{ChangeRow, Changes};
use crate::comparison::ChangeVerdict;
use crate::outcome::{
    Outcome, RunReport, TestReport, change_with_interval, compared_figure, smallest_visible, verdict_word,
};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::text::{markdown, markdown_code, one_line, without_commands};

const HEADER: [(&str, Align); 8] = [
    ("test", Align::Left),
    ("compared", Align::Left),
    ("figure", Align::Left),
    ("before", Align::Right),
    ("after", Align::Right),
    ("change (95 % interval)", Align::Left),
    ("smallest visible", Align::Right),
    ("verdict", Align::Left),
];

/// For a terminal: what changed, what was asked for, and how many comparisons found no change. Empty if nothing was compared.
pub(crate) fn table(run: &RunReport, paint: Paint) -> String {
    in_terminal(&Changes::worth_showing(run), paint)
}

/// Every figure of every comparison.
pub(crate) fn everything(run: &RunReport, paint: Paint) -> String {
    in_terminal(&Changes::all(run), paint)
}

/// Every figure of every comparison of one test, for its message.
pub(in crate::report) fn of_test(test: &TestReport, paint: Paint) -> String {
    in_terminal(&Changes::of_test(test), paint)
}

/// In Markdown, with what became worse in bold; `None` if nothing was compared.
pub(in crate::report) fn markdown_table(run: &RunReport) -> Option<String> {
    let changes = Changes::worth_showing(run);
    if changes.is_empty() {
        return None;
    }
    let mut table = TextTable::new(HEADER);
    for row in &changes.rows {
        let [test, compared, figure, before, after, change, visible, verdict] = cells(row);
        let verdict = if row.change.verdict == ChangeVerdict::Regressed { format!("**{verdict}**") } else { verdict };
        let [test, compared, figure] = [test, compared, figure].map(|text| markdown_code(&text));
        table.row([test, compared, figure, before, after, change, visible, verdict]);
    }
    let rows = if changes.rows.is_empty() { String::new() } else { table.markdown() };
    let lines: String = lines_below(&changes).map(|line| format!("\n* {}\n", markdown(line))).collect();
    Some(format!("{rows}{lines}"))
}

fn in_terminal(changes: &Changes<'_>, paint: Paint) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(HEADER);
    changes.rows.iter().for_each(|row| table.row(cells(row)));
    let text = if changes.rows.is_empty() { String::new() } else { table.terminal(2) };
    let mut lines = text.lines();
    let header = lines.next().map(|header| format!("{}\n", paint.dimmed(header))).unwrap_or_default();
    // Colours are added last, because the table would count their codes as width.
    let rows = lines.zip(&changes.rows).map(|(line, row)| {
        let word = verdict_word(row.change.verdict);
        let rest = line.strip_suffix(word).unwrap_or(line);
        format!("{rest}{}\n", painted(row.change.verdict, word, paint))
    });
    let below = lines_below(changes).map(|line| format!("  {}\n", without_commands(&one_line(line))));
    format!("{}\n{header}{}{}", paint.heading("Comparisons"), rows.collect::<String>(), below.collect::<String>())
}

fn lines_below<'c>(changes: &'c Changes<'_>) -> impl Iterator<Item = &'c String> {
    changes.notes.iter().chain(&changes.counted)
}

fn painted(verdict: ChangeVerdict, word: &str, paint: Paint) -> String {
    match verdict {
        ChangeVerdict::Regressed => paint.outcome(Outcome::Failed, word),
        ChangeVerdict::Improved => paint.outcome(Outcome::Passed, word),
        ChangeVerdict::CannotTell => paint.outcome(Outcome::Ignored, word),
        ChangeVerdict::NoWorse | ChangeVerdict::NotComparable => word.to_owned(),
    }
}

fn cells(row: &ChangeRow<'_>) -> [String; 8] {
    let ChangeRow { test, report, change } = row;
    let value = |value: Option<f64>| shown(value, |value| compared_figure(change, value));
    let visible = change.change.as_ref().and_then(smallest_visible);
    [
        test.id.name.clone(),
        format!("{} → {}", report.reference, report.subject),
        change.metric.clone(),
        value(change.before),
        value(change.after),
        shown(change.change.as_ref(), change_with_interval),
        shown(visible, |least| least),
        verdict_word(change.verdict).to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    const ALL: [ChangeVerdict; 5] = [
        ChangeVerdict::Regressed,
        ChangeVerdict::NoWorse,
        ChangeVerdict::Improved,
        ChangeVerdict::CannotTell,
        ChangeVerdict::NotComparable,
    ];

    fn run(tests: Vec<TestReport>) -> RunReport {
        RunReport { tests, ..samples::run() }
    }

    fn of_every_verdict() -> RunReport {
        run([samples::versus()].into_iter().chain(ALL.map(samples::stored)).collect())
    }

    #[test]
    fn what_changed_and_what_was_asked_for_has_a_row_and_the_rest_is_counted() {
        insta::assert_snapshot!(table(&of_every_verdict(), Paint::plain()));
    }

    #[test]
    fn with_verbose_every_figure_of_every_comparison_has_a_row() {
        insta::assert_snapshot!(everything(&of_every_verdict(), Paint::plain()));
    }

    #[test]
    fn the_summary_on_github_has_the_same_rows() {
        insta::assert_snapshot!(markdown_table(&of_every_verdict()).expect("comparisons"));
    }

    #[test]
    fn a_hundred_tests_that_did_not_change_are_one_line() {
        let text = table(&run(vec![samples::stored(ChangeVerdict::NoWorse); 100]), Paint::plain());
        assert_eq!(text, "Comparisons\n  100 tests compared with baseline: no worse\n");
    }

    #[test]
    fn many_tests_of_two_runs_that_did_not_change_are_one_line_and_few_are_shown() {
        let mut test = samples::stored(ChangeVerdict::NoWorse);
        test.comparisons[0].method = crate::comparison::ComparisonMethod::TwoRuns;
        let rows = |count| table(&run(vec![test.clone(); count]), Paint::plain()).matches(" no worse\n").count();
        assert_eq!((rows(10), rows(11)), (10, 1));
    }

    #[test]
    fn without_a_comparison_there_is_no_table() {
        assert_eq!(table(&samples::run(), Paint::plain()), "");
        assert_eq!(everything(&samples::run(), Paint::plain()), "");
        assert_eq!(markdown_table(&samples::run()), None);
    }
}
