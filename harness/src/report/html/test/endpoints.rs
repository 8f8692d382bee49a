//! The endpoints of a test: the slowest 200 on the page, and all of them in the data of the script.

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::titled::titled;
use crate::measure::Summary;
use crate::outcome::{TestReport, figure};
use crate::report::html::chart::BlockText;
use crate::report::html::escaped::name;
use crate::report::html::table::{Cells, HtmlTable, shown};

/// Endpoints in the table; the script shows the others on demand.
const MOST_SHOWN: usize = 200;

const HEADINGS: [(&str, Cells); 9] = [
    ("endpoint", Cells::Words),
    ("requests", Cells::Figures),
    ("ok", Cells::Figures),
    ("rate", Cells::Figures),
    ("mean", Cells::Figures),
    ("p50", Cells::Figures),
    ("p95", Cells::Figures),
    ("p99", Cells::Figures),
    ("max", Cells::Figures),
];

/// The figures of each endpoint, for the script: times are whole nanoseconds.
pub(crate) struct EndpointRows<'r>(Vec<&'r Summary>);

impl<'r> EndpointRows<'r> {
    /// The slowest mean first; `None` without an endpoint.
    pub(crate) fn of(test: &'r TestReport) -> Option<EndpointRows<'r>> {
        let mut endpoints: Vec<&Summary> = test.measured.as_ref()?.endpoints.iter().collect();
        let mean_s = |endpoint: &Summary| endpoint.response_time.mean_s.unwrap_or(f64::NEG_INFINITY);
        endpoints.sort_by(|a, b| mean_s(b).total_cmp(&mean_s(a)).then_with(|| a.name.cmp(&b.name)));
        (!endpoints.is_empty()).then_some(EndpointRows(endpoints))
    }
}

impl Serialize for EndpointRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.len()))?;
        for endpoint in &self.0 {
            rows.serialize_element(&of(endpoint))?;
        }
        rows.end()
    }
}

/// In the order of the headings.
#[derive(Serialize)]
struct EndpointRow<'r>(BlockText<'r>, u64, u64, Option<f64>, [Option<u64>; 5]);

fn times_s(endpoint: &Summary) -> [Option<f64>; 5] {
    let times = &endpoint.response_time;
    let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| figure::percentile_s(times, percent));
    [times.mean_s, p50, p95, p99, times.max_s]
}

fn of(endpoint: &Summary) -> EndpointRow<'_> {
    let nanoseconds = |time_s: f64| (figure::round_to(time_s, 3) * 1e9).round() as u64;
    let rate = endpoint.throughput_per_s.map(|rate| figure::round_to(rate, 3));
    let times = times_s(endpoint).map(|time_s| time_s.map(nanoseconds));
    EndpointRow(BlockText(&endpoint.name), endpoint.requests.intended, endpoint.requests.ok, rate, times)
}

pub(super) fn endpoints(prefix: &str, test: &TestReport) -> String {
    let Some(EndpointRows(endpoints)) = EndpointRows::of(test) else { return String::new() };
    let mut table = HtmlTable::new("Endpoints, the slowest mean first", &HEADINGS);
    table.rows = endpoints.iter().take(MOST_SHOWN).map(|endpoint| row(endpoint)).collect();
    let all = figure::count(endpoints.len() as u64);
    let shown = match endpoints.len() > MOST_SHOWN {
        true => {
            format!("The slowest {MOST_SHOWN} of {all} endpoints by their mean; the data of this page has all of them.")
        }
        false => String::new(),
    };
    let text = format!(
        "<div class=endpoints id={prefix}-endpoints><p class=muted>{shown}</p>\n{}</div>\n",
        table.html_with(" class=sortable")
    );
    titled("Endpoints", text)
}

fn row(endpoint: &Summary) -> Vec<String> {
    let counts = &endpoint.requests;
    let first = [
        name(&endpoint.name),
        figure::count(counts.intended),
        shown(counts.success_rate(), figure::percent),
        shown(endpoint.throughput_per_s, figure::rate),
    ];
    first.into_iter().chain(times_s(endpoint).map(|time_s| shown(time_s, figure::time))).collect()
}
