//! The parts of a test's section, in order.

use super::causes::causes;
use super::endpoints::endpoints;
use super::fates::fates;
use super::probes::{calibration, probes};
use super::resources::resources;
use super::servers::last_lines;
use super::slowest::slowest;
use super::spike::spike;
use super::stages::stages;
use super::statuses::statuses;
use super::thresholds::thresholds;
use super::titled::titled;
use crate::kind::Kind;
use crate::measure::Measured;
use crate::outcome::{TestReport, figure, offered};
use crate::report::html::chart::{Chart, figures};
use crate::report::html::escaped::{Escaped, name, prose};
use crate::report::html::outcomes::badge;
use crate::report::html::table::terms;
use crate::workload::Workload;

/// The section. `charts`: those of the judged run, and those of the whole series of runs.
pub(crate) fn section(prefix: &str, test: &TestReport, charts: &[Vec<Chart>; 2]) -> String {
    let [charts, series_charts] = charts;
    let measured = test.measured.as_ref();
    let of_figures = |part: fn(&Measured) -> String| measured.map(part).unwrap_or_default();
    let parts = [
        head(test),
        thresholds(test),
        of_figures(fates),
        beside(&[of_figures(statuses), of_figures(causes)]),
        titled("Charts", figures(charts)),
        of_figures(slowest),
        measured.map(|_| endpoints(prefix, test)).unwrap_or_default(),
        resources(test),
        of_figures(stages),
        titled("Search and levels", [probes(test), calibration(test), figures(series_charts)].concat()),
        of_figures(spike),
        last_lines(test),
    ];
    format!("<section class=test id={prefix}>\n{}</section>\n", parts.concat())
}

/// Parts beside each other, where there is room.
fn beside(parts: &[String; 2]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| format!("<div>{part}</div>"));
    let parts: String = parts.collect();
    if parts.is_empty() { parts } else { format!("<div class=beside>{parts}</div>\n") }
}

fn head(test: &TestReport) -> String {
    let documentation = test.documentation.as_deref().map(|text| format!("<p class=why>{}</p>\n", prose(text)));
    let reason = test.reason.as_deref().map(|text| format!("<p class=reason>{}</p>\n", prose(text)));
    let package = match test.id.target.as_str() {
        "" | "perf" => name(&test.id.package),
        target => format!("{} ({})", name(&test.id.package), Escaped::line(target)),
    };
    let markers: Vec<String> = test.markers.iter().map(|marker| Escaped::line(marker).to_string()).collect();
    let facts = terms([
        ("kind", Some(test.kind.name().to_owned())),
        ("load", test.workload.as_ref().map(offered::load)),
        ("judged times", test.workload.as_ref().map(|workload| judged_times(test.kind, workload))),
        ("took", Some(figure::time(test.elapsed.as_secs_f64()))),
        ("markers", Some(markers.join(", ")).filter(|markers| !markers.is_empty())),
        ("package", Some(package).filter(|_| !test.id.package.is_empty())),
        ("declared in", test.source.as_deref().map(|source| format!("<code>{}</code>", Escaped::line(source)))),
    ]);
    format!(
        "<h2>{} {}</h2>\n{}{}{}{facts}{}",
        badge(test.outcome),
        name(&test.id.name),
        reason.unwrap_or_default(),
        documentation.unwrap_or_default(),
        notes(test),
        events(test)
    )
}

fn judged_times(kind: Kind, workload: &Workload) -> String {
    match offered::judges_response_time(workload) {
        _ if kind == Kind::Benchmark => "times of one iteration",
        true => "response times: from the intended start of a request to its end",
        false => "service times: from when a request was sent to its end",
    }
    .to_owned()
}

/// Warnings, and what went wrong after the verdict.
fn notes(test: &TestReport) -> String {
    let warnings = test.warnings.iter().map(|text| ("warning", text));
    let after = test.after.iter().map(|text| ("afterwards", text));
    let notes = warnings.chain(after).map(|(what, text)| format!("<li><b>{what}</b>: {}\n", prose(text)));
    let notes: String = notes.collect();
    if notes.is_empty() { notes } else { format!("<ul class=notes>{notes}</ul>\n") }
}

fn events(test: &TestReport) -> String {
    let events = test.events.iter().map(|event| match event.at_s {
        Some(at_s) => format!("<li>{} after the measurement began: {}\n", figure::time(at_s), prose(&event.text)),
        None => format!("<li>{}\n", prose(&event.text)),
    });
    let events: String = events.collect();
    titled("Events", if events.is_empty() { events } else { format!("<ul class=events>{events}</ul>\n") })
}
