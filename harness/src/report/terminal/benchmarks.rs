//! The table of benchmarks, with selectable columns.

use super::column::{Column, Sort};
use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::outcome::{RunReport, TestReport, figure};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, align_points, shown};
use crate::report::words::word;

/// The table of the benchmarks that were measured; empty if there are none.
///
/// Times are those of iterations. Below the table is the precision of each mean, if it is known.
pub fn benchmarks(run: &RunReport, columns: &[Column], sort: Sort, paint: Paint) -> String {
    let mut tests: Vec<(&TestReport, &Measured)> = run
        .tests
        .iter()
        .filter(|test| test.kind == Kind::Benchmark)
        .filter_map(|test| Some((test, test.measured.as_ref()?)))
        .collect();
    if tests.is_empty() {
        return String::new();
    }
    order(&mut tests, sort);
    let title = paint.heading("Benchmarks (time of one iteration)");
    let text = lay_out(&tests, columns);
    let mut lines = text.lines();
    let header = paint.dimmed(lines.next().unwrap_or_default());
    let painted = lines.zip(&tests).map(|(line, (test, _))| {
        let word = word(test.outcome);
        format!("{}{}\n", line.strip_suffix(word).unwrap_or(line), paint.outcome(test.outcome, word))
    });
    format!("{title}\n{header}\n{}{}", painted.collect::<String>(), precisions(&tests))
}

fn order(tests: &mut [(&TestReport, &Measured)], sort: Sort) {
    match sort {
        Sort::Run => {}
        Sort::Name => tests.sort_by(|a, b| a.0.id.name.cmp(&b.0.id.name)),
        // A test without the figure comes last.
        Sort::By(column) => tests.sort_by(|a, b| {
            let figure = |measured: &Measured| column.figure(&measured.iteration).unwrap_or(f64::INFINITY);
            figure(a.1).total_cmp(&figure(b.1))
        }),
    }
}

fn lay_out(tests: &[(&TestReport, &Measured)], columns: &[Column]) -> String {
    let iterations: Vec<&Summary> = tests.iter().map(|(_, measured)| &measured.iteration).collect();
    let rendered: Vec<(String, Vec<String>)> = columns.iter().map(|column| render(*column, &iterations)).collect();
    let numbers = rendered.iter().map(|(header, _)| (header.as_str(), Align::Right));
    let header = [("test", Align::Left)].into_iter().chain(numbers).chain([("outcome", Align::Left)]);
    let mut table = TextTable::new(header);
    for (index, (test, _)) in tests.iter().enumerate() {
        let cells = rendered.iter().map(|(_, cells)| cells[index].clone());
        table.row([test.id.name.clone()].into_iter().chain(cells).chain([word(test.outcome).to_owned()]));
    }
    table.terminal(2)
}

/// The heading with its unit, and a cell for each test.
fn render(column: Column, iterations: &[&Summary]) -> (String, Vec<String>) {
    let figures: Vec<Option<f64>> = iterations.iter().map(|iteration| column.figure(iteration)).collect();
    if column == Column::Rounds {
        return (
            column.to_string(),
            figures.iter().map(|rounds| shown(*rounds, |n| figure::count(n as u64))).collect(),
        );
    }
    let (unit, length) = if column.is_time() { shared_unit(&figures) } else { ("1/s", 1.0) };
    let cells = figures.iter().map(|value| shown(*value, |value| figure::plain(value / length))).collect();
    (format!("{column} [{unit}]"), align_points(cells))
}

/// The unit that fits the geometric mean of the extremes, so that neither is a string of zeros.
fn shared_unit(figures: &[Option<f64>]) -> (&'static str, f64) {
    let positive = || figures.iter().flatten().copied().filter(|value| *value > 0.0);
    let ends = positive().min_by(f64::total_cmp).zip(positive().max_by(f64::total_cmp));
    figure::unit_of(ends.map_or(0.0, |(least, most)| (least * most).sqrt()))
}

fn precisions(tests: &[(&TestReport, &Measured)]) -> String {
    let known = tests.iter().filter_map(|(test, measured)| Some((test, measured.precision?)));
    let lines = known.filter(|(_, precision)| precision.half_width.is_finite()).map(|(test, precision)| {
        let drifting = if precision.drifting { ", drifting" } else { "" };
        let steady = if precision.steady { "" } else { ", not steady after the warm-up" };
        let half_width = figure::percent(precision.half_width);
        format!("  {}: mean ±{half_width} (95 % interval){drifting}{steady}\n", test.id.name)
    });
    lines.collect()
}
