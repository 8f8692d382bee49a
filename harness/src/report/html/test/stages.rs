//! The stages of a measurement.

use super::titled::titled;
use crate::measure::StageSummary;
use crate::outcome::{TestReport, degradation_sentence, figure};
use crate::report::html::escaped::{name, prose};
use crate::report::html::table::{Cells, HtmlTable, shown};

const HEADINGS: [(&str, Cells); 10] = [
    ("stage", Cells::Words),
    ("level", Cells::Figures),
    ("judged", Cells::Words),
    ("from", Cells::Figures),
    ("length", Cells::Figures),
    ("requests", Cells::Figures),
    ("ok", Cells::Figures),
    ("rate", Cells::Figures),
    ("p50", Cells::Figures),
    ("p95", Cells::Figures),
];

/// The stages, and what became of response times at full load.
pub(super) fn stages(test: &TestReport) -> String {
    let mut table = HtmlTable::new("Stages", &HEADINGS);
    table.rows = test.measured.iter().flat_map(|measured| &measured.stages).map(row).collect();
    let sentence = degradation_sentence(test).map(|text| format!("<p>{}</p>\n", prose(&text)));
    titled("Stages", sentence.unwrap_or_default() + &table.html())
}

fn row(stage: &StageSummary) -> Vec<String> {
    let times = &stage.total.response_time;
    let percentile = |percent| shown(figure::percentile_s(times, percent), figure::time);
    let level = match stage.steady {
        true => figure::plain(stage.to),
        false => format!("{} to {}", figure::plain(stage.from), figure::plain(stage.to)),
    };
    vec![
        name(&stage.name),
        level,
        if stage.steady { "steady: judged" } else { "ramp" }.to_owned(),
        figure::time(stage.begins_s),
        figure::time(stage.span.as_secs_f64()),
        figure::count(stage.total.requests.intended),
        shown(stage.total.requests.success_rate(), figure::percent),
        shown(stage.total.throughput_per_s, figure::rate),
        percentile(50.0),
        percentile(95.0),
    ]
}
