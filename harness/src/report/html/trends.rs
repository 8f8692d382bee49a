//! What each test came to from run to run.

use super::chart::{Chart, figures, trend_chart};
use super::escaped::name;
use crate::report::trend::TestTrend;

/// The chart of each test that has a history, with the name of the test.
pub(super) fn trend_charts(trends: &[TestTrend]) -> Vec<(&str, Chart)> {
    let charts = trends
        .iter()
        .enumerate()
        .filter_map(|(index, trend)| Some((trend.test.as_str(), trend_chart(format!("trend-{}", index + 1), trend)?)));
    charts.collect()
}

/// The section; empty without a history.
pub(super) fn trends(charts: &[(&str, Chart)]) -> String {
    if charts.is_empty() {
        return String::new();
    }
    let of_tests =
        charts.iter().map(|(test, chart)| format!("<h3>{}</h3>\n{}", name(test), figures(std::slice::from_ref(chart))));
    format!("<section id=trends><h2>From run to run</h2>\n{}</section>\n", of_tests.collect::<String>())
}
