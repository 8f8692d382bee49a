//! The whole page.

use serde::Serialize;
use std::collections::BTreeMap;

use super::chart::{Chart, block, swatches};
use super::environment::environment;
use super::escaped::Escaped;
use super::policy::{content_policy, script, style};
use super::test::{EndpointRows, Section};
use super::tests_table::tests_table;
use super::trends::{trend_charts, trends as trends_section};
use super::verdict::verdict;
use crate::outcome::RunReport;
use crate::report::trend::TestTrend;

/// What the script draws and sorts.
#[derive(Serialize)]
struct PageData<'p> {
    charts: BTreeMap<&'p str, &'p Chart>,
    endpoints: BTreeMap<String, EndpointRows<'p>>,
}

/// The page of `run`: one file that loads nothing.
pub fn render(run: &RunReport) -> String {
    render_with(run, &[])
}

/// The same, with what each test came to in earlier runs.
pub fn render_with(run: &RunReport, trends: &[TestTrend]) -> String {
    let trends = trend_charts(trends);
    let tests = run.tests.iter().enumerate();
    let sections: Vec<Section<'_>> = tests.map(|(index, test)| Section::of(format!("t{}", index + 1), test)).collect();
    let all = || sections.iter().flat_map(Section::all_charts);
    let data = PageData {
        charts: all().map(|chart| (chart.id.as_str(), chart)).collect(),
        endpoints: sections.iter().flat_map(Section::endpoints).collect(),
    };
    let of_tests: String = sections.iter().map(Section::html).collect();
    let title = Escaped::line(&run.id).to_string();
    format!(
        "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n\
         <meta http-equiv=Content-Security-Policy content=\"{}\">\n\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\n\
         <meta name=color-scheme content=\"light dark\">\n\
         <title>Proofload: run {title}</title>\n\
         <style>{}</style>\n</head>\n<body>\n\
         {}<header>\n{}</header>\n<main>\n{}{of_tests}{}{}</main>\n\
         <script type=\"application/json\" id=data>{}</script>\n\
         <script>{}</script>\n</body>\n</html>\n",
        content_policy(),
        style(),
        swatches(all().chain(trends.iter().map(|(_, chart)| chart))),
        verdict(run),
        tests_table(run),
        trends_section(&trends),
        environment(run),
        block(&data),
        script(),
    )
}
