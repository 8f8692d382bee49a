//! The whole page.

use serde::Serialize;
use std::collections::BTreeMap;

use super::chart::{Chart, block, charts, series_charts, swatches};
use super::environment::environment;
use super::escaped::Escaped;
use super::policy::{content_policy, script, style};
use super::test::{EndpointRows, section};
use super::tests_table::tests_table;
use super::verdict::verdict;
use crate::outcome::RunReport;

/// What the script draws and sorts.
#[derive(Serialize)]
struct PageData<'p> {
    charts: BTreeMap<&'p str, &'p Chart>,
    endpoints: BTreeMap<String, EndpointRows<'p>>,
}

/// The page of `run`: one file that loads nothing.
pub fn render(run: &RunReport) -> String {
    let prefixes: Vec<String> = (1..=run.tests.len()).map(|number| format!("t{number}")).collect();
    let of_tests: Vec<[Vec<Chart>; 2]> = prefixes
        .iter()
        .zip(&run.tests)
        .map(|(prefix, test)| [charts(prefix, test), series_charts(prefix, test)])
        .collect();
    let sections = prefixes.iter().zip(&run.tests).zip(&of_tests);
    let sections: String = sections.map(|((prefix, test), charts)| section(prefix, test, charts)).collect();
    let all = || of_tests.iter().flatten().flatten();
    let endpoints = prefixes.iter().zip(&run.tests);
    let data = PageData {
        charts: all().map(|chart| (chart.id.as_str(), chart)).collect(),
        endpoints: endpoints
            .filter_map(|(prefix, test)| Some((format!("{prefix}-endpoints"), EndpointRows::of(test)?)))
            .collect(),
    };
    let title = Escaped::line(&run.id).to_string();
    format!(
        "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n\
         <meta http-equiv=Content-Security-Policy content=\"{}\">\n\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\n\
         <meta name=color-scheme content=\"light dark\">\n\
         <title>Proofload: run {title}</title>\n\
         <style>{}</style>\n</head>\n<body>\n\
         {}<header>\n{}</header>\n<main>\n{}{sections}{}</main>\n\
         <script type=\"application/json\" id=data>{}</script>\n\
         <script>{}</script>\n</body>\n</html>\n",
        content_policy(),
        style(),
        swatches(all()),
        verdict(run),
        tests_table(run),
        environment(run),
        block(&data),
        script(),
    )
}
