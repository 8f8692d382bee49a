//! The tables of the values that tests record.

use crate::measure::{ValueFigures, ValueKind};
use crate::outcome::{RunReport, figure};
use crate::report::paint::Paint;
use crate::report::table::{Align, TextTable, shown};
use crate::text::one_line;

/// A row for each value of each test, of each arm, and of each class of users; empty if no test records any.
pub(crate) fn values(run: &RunReport, paint: Paint) -> String {
    let figures = ["samples", "mean", "p50", "p95", "min", "max"];
    let distributions = table(run, paint, "Values", (ValueKind::Distribution, "value", &figures), |value| {
        let figures = [value.mean, value.p50, value.p95, value.min, value.max].map(|one| shown(one, figure::plain));
        std::iter::once(figure::count(value.samples)).chain(figures).collect()
    });
    let counts = table(run, paint, "Counts", (ValueKind::Count, "count", &["total", "per second"]), |value| {
        vec![shown(value.sum, |sum| figure::count(sum as u64)), shown(value.per_s, figure::rate)]
    });
    [distributions, counts].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn table(
    run: &RunReport,
    paint: Paint,
    title: &str,
    (kind, name, figures): (ValueKind, &'static str, &[&'static str]),
    cells: impl Fn(&ValueFigures) -> Vec<String>,
) -> Option<String> {
    let figures = figures.iter().map(|figure| (*figure, Align::Right));
    let mut columns = TextTable::new([("test", Align::Left), (name, Align::Left)].into_iter().chain(figures));
    let mut any = false;
    for test in &run.tests {
        for (arm, measured) in test.figures() {
            let of_classes =
                measured.classes.iter().map(|class| (format!("  {}", one_line(&class.name)), &class.measured));
            for (name, measured) in std::iter::once((test.name_of(arm), measured)).chain(of_classes) {
                for value in measured.values.iter().filter(|value| value.kind == kind) {
                    let names = [name.clone(), one_line(&value.name).into_owned()];
                    columns.row(names.into_iter().chain(cells(value)));
                    any = true;
                }
            }
        }
    }
    let text = columns.terminal(2);
    let (header, rows) = text.split_once('\n').unwrap_or((&text, ""));
    any.then(|| format!("{}\n{}\n{rows}", paint.heading(title), paint.dimmed(header)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn each_value_has_a_row_under_the_name_of_its_test() {
        let run = RunReport { tests: vec![samples::passed(), samples::valued()], ..samples::run() };
        insta::assert_snapshot!(values(&run, Paint::plain()));
        assert_eq!(values(&samples::run(), Paint::plain()), "");
    }
}
