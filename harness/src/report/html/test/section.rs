//! The parts of a test's section, in order.

use std::borrow::Cow;

use super::causes::causes;
use super::changes::changes;
use super::classes::classes;
use super::endpoints::{EndpointRows, endpoints};
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
use super::values::values;
use super::workers::workers;
use crate::kind::Kind;
use crate::measure::Measured;
use crate::outcome::{TestReport, figure, offered};
use crate::report::html::chart::{Chart, arm_charts, charts, figures, series_charts};
use crate::report::html::escaped::{Escaped, name, prose};
use crate::report::html::outcomes::badge;
use crate::report::html::table::terms;
use crate::workload::Workload;

/// What is shown of a test, and of each of its arms.
pub(crate) struct Section<'r> {
    prefix: String,
    test: Cow<'r, TestReport>,
    /// Those of the judged run.
    charts: Vec<Chart>,
    /// Those of the whole series of runs.
    series_charts: Vec<Chart>,
    /// The arms beside each other.
    arm_charts: Vec<Chart>,
    arms: Vec<Section<'static>>,
}

impl<'r> Section<'r> {
    /// `prefix` begins the identifiers of its elements.
    pub(crate) fn of(prefix: String, test: &'r TestReport) -> Section<'r> {
        let arms = test.each_arm().into_iter().enumerate();
        let arms: Vec<_> = arms.map(|(index, arm)| Section::of_arm(format!("{prefix}-a{}", index + 1), arm)).collect();
        Section {
            // Those of a test with arms would be those of its last arm.
            charts: if arms.is_empty() { charts(&prefix, test) } else { Vec::new() },
            series_charts: series_charts(&prefix, test),
            arm_charts: arm_charts(&prefix, test),
            arms,
            test: Cow::Borrowed(test),
            prefix,
        }
    }

    fn of_arm(prefix: String, test: TestReport) -> Section<'static> {
        let charts = charts(&prefix, &test);
        let (series_charts, arm_charts, arms) = (Vec::new(), Vec::new(), Vec::new());
        Section { prefix, test: Cow::Owned(test), charts, series_charts, arm_charts, arms }
    }

    /// Every chart of it.
    pub(crate) fn all_charts(&self) -> impl Iterator<Item = &Chart> {
        let of_arms = self.arms.iter().flat_map(|arm| &arm.charts);
        self.charts.iter().chain(&self.series_charts).chain(&self.arm_charts).chain(of_arms)
    }

    /// The endpoints in each of its tables, by the identifier of the table.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = (String, EndpointRows<'_>)> {
        let own = self.arms.is_empty().then_some(self);
        let with_endpoints = own.into_iter().chain(&self.arms as &[Section<'_>]);
        with_endpoints
            .filter_map(|section| Some((format!("{}-endpoints", section.prefix), EndpointRows::of(&section.test)?)))
    }

    /// The section.
    pub(crate) fn html(&self) -> String {
        let test = &*self.test;
        let own_figures = if self.arms.is_empty() { self.figures() } else { String::new() };
        let of_arms = self.arms.iter().zip(&test.arms).map(|(section, arm)| {
            format!("<h3 id={} class=arm>Server {}</h3>\n{}", section.prefix, name(&arm.name), section.figures())
        });
        let parts = [
            head(test),
            changes(test, &self.arm_charts),
            thresholds(test),
            own_figures,
            of_arms.collect(),
            titled("Search and levels", [probes(test), calibration(test), figures(&self.series_charts)].concat()),
        ];
        format!("<section class=test id={}>\n{}</section>\n", self.prefix, parts.concat())
    }

    /// What was measured of one server.
    fn figures(&self) -> String {
        let test = &*self.test;
        let measured = test.measured.as_ref();
        let of_figures = |part: fn(&Measured) -> String| measured.map(part).unwrap_or_default();
        let parts = [
            of_figures(fates),
            beside(&[of_figures(statuses), of_figures(causes)]),
            of_figures(values),
            titled("Charts", figures(&self.charts)),
            of_figures(classes),
            of_figures(slowest),
            measured.map(|_| endpoints(&self.prefix, test)).unwrap_or_default(),
            resources(test),
            of_figures(workers),
            stages(test),
            of_figures(spike),
            last_lines(test),
        ];
        parts.concat()
    }
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
