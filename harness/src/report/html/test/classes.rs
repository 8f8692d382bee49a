//! The classes of users of a test, and the endpoints of each.

use super::titled::titled;
use crate::measure::{ClassFigures, Measured, Summary};
use crate::outcome::figure;
use crate::report::html::escaped::name;
use crate::report::html::table::{Cells, HtmlTable, shown};

const FIGURES: [(&str, Cells); 8] = [
    ("requests", Cells::Figures),
    ("ok", Cells::Figures),
    ("rate", Cells::Figures),
    ("mean", Cells::Figures),
    ("p50", Cells::Figures),
    ("p95", Cells::Figures),
    ("p99", Cells::Figures),
    ("max", Cells::Figures),
];

/// A table of the classes, and one of their endpoints; nothing for a test whose users are all alike.
pub(super) fn classes(measured: &Measured) -> String {
    if measured.classes.is_empty() {
        return String::new();
    }
    let headings: Vec<_> = [("class", Cells::Words), ("weight", Cells::Figures), ("users", Cells::Figures)]
        .into_iter()
        .chain(FIGURES)
        .collect();
    let mut table = HtmlTable::new("Classes of users", &headings);
    table.rows = measured.classes.iter().map(row).collect();
    let headings: Vec<_> = [("class", Cells::Words), ("endpoint", Cells::Words)].into_iter().chain(FIGURES).collect();
    let mut endpoints = HtmlTable::new("Endpoints by class of users", &headings);
    endpoints.rows = measured.classes.iter().flat_map(endpoint_rows).collect();
    titled("Classes of users", table.html() + &endpoints.html())
}

fn row(class: &ClassFigures) -> Vec<String> {
    let first = [name(&class.name), class.weight.to_string(), shown(class.users, figure::count)];
    first.into_iter().chain(figures(&class.measured.total)).collect()
}

fn endpoint_rows(class: &ClassFigures) -> impl Iterator<Item = Vec<String>> {
    class
        .measured
        .endpoints
        .iter()
        .map(|endpoint| [name(&class.name), name(&endpoint.name)].into_iter().chain(figures(endpoint)).collect())
}

fn figures(summary: &Summary) -> [String; 8] {
    let times = &summary.response_time;
    let percentile = |percent| shown(figure::percentile_s(times, percent), figure::time);
    [
        figure::count(summary.requests.intended),
        shown(summary.requests.success_rate(), figure::percent),
        shown(summary.throughput_per_s, figure::rate),
        shown(times.mean_s, figure::time),
        percentile(50.0),
        percentile(95.0),
        percentile(99.0),
        shown(times.max_s, figure::time),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn html(test: &crate::outcome::TestReport) -> String {
        test.measured.as_ref().map(classes).unwrap_or_default()
    }

    #[test]
    fn each_class_has_a_row_and_its_endpoints_have_its_name() {
        let html = html(&samples::mixed());
        assert_eq!(html.matches("everyday").count(), 2, "{html}");
        assert!(html.contains("GET /busy") && html.contains("4,000"), "{html}");
    }

    #[test]
    fn a_test_whose_users_are_all_alike_has_no_table_of_classes() {
        assert_eq!(html(&samples::passed()), "");
    }
}
