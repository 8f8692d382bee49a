//! What the servers and the generator used.

use super::titled::titled;
use crate::measure::{GeneratorHealth, Measured, ServerFigures};
use crate::outcome::{ServerReport, TestReport, figure};
use crate::report::html::escaped::{Escaped, name};
use crate::report::html::table::{Cells, HtmlTable, shown, terms};

const HEADINGS: [(&str, Cells); 10] = [
    ("server", Cells::Words),
    ("address", Cells::Words),
    ("CPU", Cells::Figures),
    ("CPU per request", Cells::Figures),
    ("memory, most", Cells::Figures),
    ("memory, growth", Cells::Figures),
    ("threads", Cells::Figures),
    ("descriptors", Cells::Figures),
    ("disk, read / written", Cells::Figures),
    ("network, received / sent", Cells::Figures),
];

pub(super) fn resources(test: &TestReport) -> String {
    let mut table = HtmlTable::new("What each server used", &HEADINGS);
    table.rows = test.servers.iter().map(row).collect();
    let generator = test.measured.as_ref().map(generator).unwrap_or_default();
    titled("Server and generator", [table.html(), absent(&test.servers), generator].concat())
}

/// What no server of the test has, although it was started here.
fn absent(servers: &[ServerReport]) -> String {
    let figures: Vec<&ServerFigures> = servers.iter().filter_map(|server| server.figures.as_ref()).collect();
    let lacks = |of: fn(&ServerFigures) -> Option<u64>| {
        !figures.is_empty() && figures.iter().all(|figures| of(figures).is_none())
    };
    let notes = [
        (lacks(|figures| figures.disk_read_bytes), "Disk: not shown for one process on this machine."),
        (
            lacks(|figures| figures.network_received_bytes),
            "Network: not shown for one process on this machine; only a process in a network namespace of its own has such counters.",
        ),
    ];
    let notes = notes.iter().filter(|(is_absent, _)| *is_absent);
    notes.map(|(_, note)| format!("<p class=muted>{note}</p>\n")).collect()
}

/// `1.2 MiB / 0 B`
fn in_and_out(both: Option<(Option<u64>, Option<u64>)>) -> String {
    let both = both.and_then(|(one, other)| one.zip(other));
    shown(both, |(one, other)| format!("{} / {}", figure::bytes(one as f64), figure::bytes(other as f64)))
}

fn row(server: &ServerReport) -> Vec<String> {
    let figures = server.figures.as_ref();
    let figure = |of: fn(&ServerFigures) -> Option<f64>, show: fn(f64) -> String| shown(figures.and_then(of), show);
    let count = |of: fn(&ServerFigures) -> Option<u64>| shown(figures.and_then(of), figure::count);
    let died =
        server.died.as_deref().map(|how| format!(" <span class=\"badge errored\">died: {}</span>", Escaped::line(how)));
    vec![
        name(&server.name) + &died.unwrap_or_default(),
        format!("<code>{}</code>", Escaped::line(&server.url)),
        figure(|figures| figures.cpu_share, |share| format!("{} cores", figure::plain(share))),
        figure(|figures| figures.cpu_per_request_s, figure::time),
        figure(|figures| figures.rss_max_bytes.map(|bytes| bytes as f64), figure::bytes),
        figure(|figures| figures.rss_growth_bytes_per_s, |growth| format!("{}/s", figure::bytes(growth))),
        count(|figures| figures.threads_max),
        count(|figures| figures.descriptors_max),
        in_and_out(figures.map(|figures| (figures.disk_read_bytes, figures.disk_written_bytes))),
        in_and_out(figures.map(|figures| (figures.network_received_bytes, figures.network_sent_bytes))),
    ]
}

fn generator(measured: &Measured) -> String {
    let health = &measured.generator;
    let share = |share: Option<f64>| share.map(figure::percent);
    let time = |time_s: Option<f64>| time_s.map(figure::time);
    let own_errors =
        health.own_errors.iter().map(|(cause, count)| format!("{} ({})", name(cause), figure::count(*count)));
    let own_errors = own_errors.collect::<Vec<_>>().join(", ");
    let arrivals = health
        .planned
        .zip(health.sent)
        .map(|(planned, sent)| format!("{} planned, {} sent", figure::count(planned), figure::count(sent)));
    let transports: Vec<String> =
        health.transports.iter().map(|transport| Escaped::line(transport).to_string()).collect();
    let list = terms([
        ("worker threads", Some(health.workers.to_string())),
        ("CPU of the generator", time(health.cpu_s)),
        ("CPU of the whole machine", share(health.host_cpu_share)),
        ("arrivals", arrivals),
        ("shed at the cap", health.shed.filter(|shed| *shed > 0).map(figure::count)),
        ("left waiting at the cap", health.left_waiting.filter(|left| *left > 0).map(figure::count)),
        ("pacer lag p99", lag_p99(health)),
        ("longest hiccup", time(health.longest_hiccup_s)),
        ("throttled", health.throttled_s.filter(|time_s| *time_s > 0.0).map(figure::time)),
        ("law of users and times off by", share(health.closed_law_gap)),
        ("sent once more", Some(health.resent).filter(|resent| *resent > 0).map(figure::count)),
        ("own errors", Some(own_errors).filter(|errors| !errors.is_empty())),
        ("transport", Some(transports.join(", ")).filter(|transports| !transports.is_empty())),
    ]);
    format!("<h4>Generator</h4>\n{list}")
}

fn lag_p99(health: &GeneratorHealth) -> Option<String> {
    figure::percentile_s(health.pacer_lag.as_ref()?, 99.0).map(figure::time)
}
