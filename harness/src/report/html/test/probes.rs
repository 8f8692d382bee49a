//! The runs of a test of several: levels of a sweep, probes of a search, repeats; and the capacity that a rate is a share of.

use crate::outcome::probe::{LoadLevel, ProbeRow, knee_of};
use crate::outcome::search::Purpose;
use crate::outcome::{TestReport, figure};
use crate::report::html::escaped::{Escaped, name, prose};
use crate::report::html::outcomes::badge;
use crate::report::html::table::{Cells, HtmlTable, shown};
use crate::report::terminal::search_answer;

const HEADINGS: [(&str, Cells); 10] = [
    ("load", Cells::Figures),
    ("run", Cells::Words),
    ("outcome", Cells::Words),
    ("sent", Cells::Figures),
    ("ok", Cells::Figures),
    ("throughput", Cells::Figures),
    ("mean", Cells::Figures),
    ("p95", Cells::Figures),
    ("p99", Cells::Figures),
    ("remark", Cells::Words),
];

/// Every run, and what a search found.
pub(super) fn probes(test: &TestReport) -> String {
    let answer = test.search.as_ref().map(|found| format!("<p><b>{}</b></p>\n", Escaped::line(&search_answer(found))));
    let knee = if test.search.is_none() { knee_of(&test.probes) } else { None };
    [answer.unwrap_or_default(), table(&test.probes, knee)].concat()
}

/// How the rate of the test was derived from a capacity.
pub(super) fn calibration(test: &TestReport) -> String {
    let Some(calibration) = &test.calibration else { return String::new() };
    let found_by = match calibration.found_by == test.id.name {
        true => String::new(),
        false => format!(" that {} found", name(&calibration.found_by)),
    };
    format!(
        "<p>The rate of the test is {}: {} of the capacity of {}{found_by}.</p>\n{}",
        shown(calibration.rate_per_s, figure::rate),
        figure::percent(calibration.share),
        shown(calibration.found.capacity_per_s, figure::rate),
        table(&calibration.probes, None)
    )
}

fn table(rows: &[ProbeRow], knee: Option<usize>) -> String {
    let mut table = HtmlTable::new("Every run", &HEADINGS);
    table.rows = rows.iter().enumerate().map(|(index, probe)| row(probe, knee == Some(index))).collect();
    table.html()
}

fn row(probe: &ProbeRow, is_knee: bool) -> Vec<String> {
    let load = match probe.load {
        LoadLevel::Users(1) => "1 user".to_owned(),
        LoadLevel::Users(users) => format!("{} users", figure::count(users)),
        LoadLevel::PerSecond(rate) => figure::rate(rate),
    };
    let run = match probe.purpose {
        None => "level",
        Some(Purpose::Search) => "search",
        Some(Purpose::Repetition) => "repetition",
        Some(Purpose::Confirmation) => "confirmation",
        Some(Purpose::Validation) => "validation",
    };
    let remarks = [
        is_knee.then(|| "<b>knee</b>: beyond this, throughput grows less than half as fast as the load".to_owned()),
        probe.judged.then(|| "this run is judged".to_owned()),
        probe.borderline.then(|| "borderline".to_owned()),
        probe.reason.as_deref().map(prose),
    ];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    vec![
        load,
        run.to_owned(),
        badge(probe.outcome),
        shown(probe.sent_share, figure::percent),
        shown(probe.success_rate, figure::percent),
        shown(probe.throughput_per_s, figure::rate),
        shown(probe.mean_s, figure::time),
        shown(probe.p95_s, figure::time),
        shown(probe.p99_s, figure::time),
        remarks.join("; "),
    ]
}
