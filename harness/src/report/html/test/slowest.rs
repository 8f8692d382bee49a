//! The slowest requests, with the parts of their time.

use super::titled::titled;
use crate::measure::{Measured, SlowRequest};
use crate::outcome::figure;
use crate::report::html::escaped::name;
use crate::report::html::table::{Cells, HtmlTable, shown};

const WIDTH: f64 = 160.0;

/// A part of a request's time: its name, its length, its class and its colour.
type TimePart = (&'static str, f64, &'static str, &'static str);

pub(super) fn slowest(measured: &Measured) -> String {
    let headings = [
        ("endpoint", Cells::Words),
        ("at", Cells::Figures),
        ("response time", Cells::Figures),
        ("before it was sent", Cells::Figures),
        ("connect", Cells::Figures),
        ("to the first byte", Cells::Figures),
        ("body", Cells::Figures),
        ("parts", Cells::Words),
    ];
    let mut table = HtmlTable::new("The slowest requests with the parts of their time", &headings);
    let greatest = measured.slowest.iter().map(|request| request.response_time_s).fold(0.0, f64::max);
    table.rows = measured.slowest.iter().map(|request| row(request, greatest)).collect();
    titled("Slowest requests", table.html())
}

fn row(request: &SlowRequest, greatest: f64) -> Vec<String> {
    let phases = &request.phases;
    let time = |time: Option<std::time::Duration>| shown(time, |time| figure::time(time.as_secs_f64()));
    vec![
        name(&request.endpoint),
        figure::time(request.at_s),
        figure::time(request.response_time_s),
        shown(waited_s(request), figure::time),
        time(phases.connect),
        time(phases.first_byte),
        time(phases.body),
        bar(&parts(request), request.response_time_s, greatest),
    ]
}

/// What is left of the response time: waiting for a slot, or for the generator. `None` if no part is known.
fn waited_s(request: &SlowRequest) -> Option<f64> {
    let phases = &request.phases;
    phases.first_byte?;
    let known = [phases.connect, phases.first_byte, phases.body].into_iter().flatten();
    let service_s: f64 = known.map(|part| part.as_secs_f64()).sum();
    // Less than the clock's own steps is nothing.
    Some(request.response_time_s - service_s).map(|waited_s| if waited_s < 1e-6 { 0.0 } else { waited_s })
}

fn parts(request: &SlowRequest) -> Vec<TimePart> {
    let phases = &request.phases;
    let seconds = |part: Option<std::time::Duration>| part.map(|part| part.as_secs_f64());
    let known = [
        ("before it was sent", waited_s(request), "fill-grey", "#7a8794"),
        ("connect", seconds(phases.connect), "fill-orange", "#c9761a"),
        ("to the first byte", seconds(phases.first_byte), "fill-blue", "#3b82d0"),
        ("body", seconds(phases.body), "fill-violet", "#9068d8"),
    ];
    known.into_iter().filter_map(|(name, time_s, class, colour)| Some((name, time_s?, class, colour))).collect()
}

/// The parts side by side; the longest request fills the width.
fn bar(parts: &[TimePart], response_time_s: f64, greatest: f64) -> String {
    if parts.is_empty() || greatest <= 0.0 || response_time_s <= 0.0 {
        return String::new();
    }
    let mut left = 0.0;
    let bars = parts.iter().map(|(_, time_s, class, colour)| {
        let (from, width) = (left, time_s / greatest * WIDTH);
        left += width;
        // Less than a pixel cannot be seen.
        match width < 0.5 {
            true => String::new(),
            false => format!("<path class={class} fill={colour} d=\"M{from:.0} 2h{width:.0}v10h-{width:.0}z\"/>"),
        }
    });
    let bars: String = bars.collect();
    let longest = parts.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or("", |part| part.0);
    format!("<svg width={WIDTH} height=14 role=img aria-label=\"longest part: {longest}\">{bars}</svg>")
}
