//! The table of benchmarks, with selectable columns.

use std::borrow::Cow;

use super::column::{Column, Sort};
use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::outcome::{Outcome, RunReport, TestReport, figure, has_two_views};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::report::words::word;

/// The table of the benchmarks that were measured; empty if there are none.
///
/// Times are those of iterations. Below the table is the precision of each mean, if it is known.
pub fn benchmarks(run: &RunReport, columns: &[Column], sort: Sort, paint: Paint) -> String {
    let tests = run.tests.iter().filter(|test| test.kind == Kind::Benchmark);
    let tests = tests.flat_map(|test| test.figures().map(move |(arm, measured)| (test, arm, measured)));
    let mut tests: Vec<MeasuredArm<'_>> = tests.collect();
    if tests.is_empty() {
        return String::new();
    }
    order(&mut tests, sort);
    let title = paint.heading("Benchmarks (time of one iteration)");
    let rows: Vec<BenchmarkRow<'_>> =
        tests.iter().flat_map(|(test, arm, measured)| rows_of(test, *arm, measured)).collect();
    let text = lay_out(&rows, columns);
    let mut lines = text.lines();
    let header = paint.dimmed(lines.next().unwrap_or_default());
    let painted = lines.zip(&rows).map(|(line, row)| {
        let Some(outcome) = row.outcome else { return format!("{line}\n") };
        let word = word(outcome);
        format!("{}{}\n", line.strip_suffix(word).unwrap_or(line), paint.outcome(outcome, word))
    });
    format!("{title}\n{header}\n{}{}", painted.collect::<String>(), precisions(&tests))
}

/// A test, the arm of it if it has arms, and what was measured.
type MeasuredArm<'r> = (&'r TestReport, Option<&'r str>, &'r Measured);

fn order(tests: &mut [MeasuredArm<'_>], sort: Sort) {
    match sort {
        Sort::Run => {}
        Sort::Name => tests.sort_by(|a, b| a.0.id.name.cmp(&b.0.id.name)),
        // A test without the figure comes last.
        Sort::By(column) => tests.sort_by(|a, b| {
            let figure = |measured: &Measured| column.figure(&measured.iteration).unwrap_or(f64::INFINITY);
            figure(a.2).total_cmp(&figure(b.2))
        }),
    }
}

/// A test, or the ok iterations of the test above.
struct BenchmarkRow<'r> {
    name: String,
    iteration: Cow<'r, Summary>,
    outcome: Option<Outcome>,
}

/// All iterations; where more than 1 % failed, the ok ones alone below them.
fn rows_of<'r>(
    test: &'r TestReport,
    arm: Option<&str>,
    measured: &'r Measured,
) -> impl Iterator<Item = BenchmarkRow<'r>> + use<'r> {
    let all = &measured.iteration;
    let ok = has_two_views(all).then(|| {
        let alone = Summary { response_time: all.ok_response_time.clone(), ..all.clone() };
        BenchmarkRow { name: "  the ok ones alone".to_owned(), iteration: Cow::Owned(alone), outcome: None }
    });
    let all = BenchmarkRow { name: test.name_of(arm), iteration: Cow::Borrowed(all), outcome: Some(test.outcome) };
    [all].into_iter().chain(ok)
}

fn lay_out(rows: &[BenchmarkRow<'_>], columns: &[Column]) -> String {
    let iterations: Vec<&Summary> = rows.iter().map(|row| &*row.iteration).collect();
    let rendered: Vec<(String, Vec<String>)> = columns.iter().map(|column| render(*column, &iterations)).collect();
    let numbers = rendered.iter().map(|(header, _)| (header.as_str(), Align::Right));
    let header = [("test", Align::Left)].into_iter().chain(numbers).chain([("outcome", Align::Left)]);
    let mut table = TextTable::new(header);
    for (index, row) in rows.iter().enumerate() {
        let cells = rendered.iter().map(|(_, cells)| cells[index].clone());
        let outcome = row.outcome.map_or("", word).to_owned();
        table.row([row.name.clone()].into_iter().chain(cells).chain([outcome]));
    }
    table.terminal(2)
}

/// The heading, and a cell for each test. Each figure has its own unit, as in the other tables, so that two columns are
/// never read as if they had the same.
fn render(column: Column, iterations: &[&Summary]) -> (String, Vec<String>) {
    let show = |figure: f64| match column {
        Column::Rounds => figure::count(figure as u64),
        Column::Ops => figure::rate(figure),
        _ => figure::time(figure),
    };
    let cells = iterations.iter().map(|iteration| shown(column.figure(iteration), show));
    (column.to_string(), cells.collect())
}

fn precisions(tests: &[MeasuredArm<'_>]) -> String {
    let known = tests.iter().filter_map(|(test, arm, measured)| Some((test.name_of(*arm), measured.precision?)));
    let lines = known.filter(|(_, precision)| precision.half_width.is_finite()).map(|(name, precision)| {
        let drifting = if precision.drifting { ", drifting" } else { "" };
        let steady = if precision.steady { "" } else { ", not steady after the warm-up" };
        let interval = match precision.half_width {
            // It would begin below zero.
            half_width if half_width >= 1.0 => "times vary too much for an interval of the mean".to_owned(),
            half_width => format!("mean ±{} (95 % interval)", figure::percent(half_width)),
        };
        format!("  {name}: {interval}{drifting}{steady}\n")
    });
    lines.collect()
}
