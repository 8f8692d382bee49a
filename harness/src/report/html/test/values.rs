//! The values that a test records.

use super::titled::titled;
use crate::measure::{Measured, ValueFigures, ValueKind};
use crate::outcome::figure;
use crate::report::html::escaped::name;
use crate::report::html::table::{Cells, HtmlTable, shown};

pub(super) fn values(measured: &Measured) -> String {
    let headings = ["samples", "mean", "p50", "p90", "p95", "p99", "min", "max", "deviation"];
    let distributions = table(measured, "Values", (ValueKind::Distribution, "value", &headings), |value| {
        let ValueFigures { mean, p50, p90, p95, p99, min, max, stddev, .. } = value;
        let figures = [mean, p50, p90, p95, p99, min, max, stddev].map(|one| shown(*one, figure::plain));
        std::iter::once(figure::count(value.samples)).chain(figures).collect()
    });
    let counts = table(measured, "Counts", (ValueKind::Count, "count", &["counted", "total", "per second"]), |value| {
        vec![
            figure::count(value.samples),
            shown(value.sum, |sum| figure::count(sum as u64)),
            shown(value.per_s, figure::rate),
        ]
    });
    titled("Values of the test", [distributions, counts].concat())
}

fn table(
    measured: &Measured,
    label: &str,
    (kind, first, figures): (ValueKind, &str, &[&str]),
    cells: impl Fn(&ValueFigures) -> Vec<String>,
) -> String {
    let figures = figures.iter().map(|figure| (*figure, Cells::Figures));
    let headings: Vec<(&str, Cells)> = std::iter::once((first, Cells::Words)).chain(figures).collect();
    let mut table = HtmlTable::new(label, &headings);
    let values = measured.values.iter().filter(|value| value.kind == kind);
    table.rows = values.map(|value| std::iter::once(name(&value.name)).chain(cells(value)).collect()).collect();
    table.html()
}
