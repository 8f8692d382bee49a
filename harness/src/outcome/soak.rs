//! Does the server leak memory, or do response times drift, over a long run? The part of a soak's verdict that does not
//! depend on its thresholds: [`SoakVerdict`].
//!
//! Leak: the anonymous memory of the server's process tree, read once a second. The second half of the run is divided into
//! eight segments, and the minimum of each is taken. It is a leak if the lower end of the trend's interval is above zero
//! and the growth is more than 2 % of the median and more than 1 MiB a minute. Minima, because the memory of a
//! garbage-collected server rises and falls; the second half, because caches and pools fill first; three conditions,
//! because a regression line over a whole run always rises.
//!
//! Drift: the same for the mean response time of each second, with the median of each segment: more than 10 % and more
//! than 0.1 ms in the second half.

use super::figure;
use crate::measure::{Measured, ServerFigures, ServerSample, TimeSlice};
use crate::statistics::{Trend, median};

const SEGMENTS: usize = 8;
const LEAK_SHARE: f64 = 0.02;
const LEAK_BYTES_PER_MIN: f64 = MIB;
/// Twice the difference at which two runs count as different, because there is no second run to confirm it.
const DRIFT_SHARE: f64 = 0.10;
/// Smaller changes may come from the harness.
const DRIFT_S: f64 = 0.000_1;
const MIB: f64 = 1_048_576.0;

/// What a soak has found, in sentences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SoakVerdict {
    /// A leak of each server that has one: the test fails.
    pub leaks: Vec<String>,
    /// A drift of response time: the test fails, unless the generator may be the cause.
    pub drift: Option<String>,
    /// What could not be judged, and why: the test is invalid.
    pub doubts: Vec<String>,
    /// The figures of servers without a leak.
    pub notes: Vec<String>,
}

/// The trend of the second half of a series, by its segments.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SegmentTrend {
    trend: Trend,
    /// Of the values of the segments.
    median: f64,
    /// By how much the series grows from the beginning of the half to its end.
    growth: f64,
}

/// Which value represents a segment.
#[derive(Debug, Clone, Copy)]
enum SegmentValue {
    Minimum,
    Median,
}

/// Judges the memory of each server and the response times of the run.
pub(super) fn judge(measured: &Measured) -> SoakVerdict {
    let mut verdict = SoakVerdict::default();
    for server in &measured.servers {
        judge_memory(server, measured, &mut verdict);
    }
    // If the load changes, response times may change, too.
    if measured.stages.len() <= 1 {
        judge_times(measured, &mut verdict);
    }
    verdict
}

fn judge_memory(server: &ServerFigures, measured: &Measured, verdict: &mut SoakVerdict) {
    let sample = |sample: &ServerSample| Some((sample.at_s, sample.anonymous_bytes? as f64));
    let memory: Vec<(f64, f64)> = server.samples.iter().filter_map(sample).collect();
    let name = &server.name;
    if memory.is_empty() {
        let why = "its memory cannot be read (the server is attached, or the system does not provide the figure)";
        verdict.doubts.push(format!("whether `{name}` leaks is unknown: {why}"));
        return;
    }
    let Some(memory_trend) = SegmentTrend::of(&memory, SegmentValue::Minimum) else {
        let (least, count) = (2 * SEGMENTS, memory.len());
        verdict.doubts.push(format!(
            "whether `{name}` leaks is unknown: at least {least} s are needed, and there were {count} samples"
        ));
        return;
    };
    let figures = memory_figures(memory_trend, server, measured);
    match memory_trend.is_leak() {
        true => verdict.leaks.push(format!("`{name}` leaks: {figures}")),
        false => verdict.notes.push(format!("`{name}` does not leak: {figures}")),
    }
}

/// `anonymous memory grew by 12.4 MiB/min (212 bytes per request); server CPU per request: 0.213 ms`
fn memory_figures(memory_trend: SegmentTrend, server: &ServerFigures, measured: &Measured) -> String {
    let mib_per_min = figure::plain(memory_trend.trend.slope * 60.0 / MIB);
    let mut figures = format!("anonymous memory grew by {mib_per_min} MiB/min");
    let span_s = measured.span.as_secs_f64();
    let ended = measured.total.requests.ended();
    if ended > 0 && span_s > 0.0 {
        let bytes_per_request = memory_trend.trend.slope * span_s / ended as f64;
        figures += &format!(" ({} bytes per request)", figure::plain(bytes_per_request));
    }
    if let Some(cpu_s) = server.cpu_per_request_s {
        figures += &format!("; server CPU per request: {}", figure::time(cpu_s));
    }
    figures
}

fn judge_times(measured: &Measured, verdict: &mut SoakVerdict) {
    let slice = |slice: &TimeSlice| Some((slice.second as f64, slice.mean_s?));
    let times: Vec<(f64, f64)> = measured.timeline.iter().filter_map(slice).collect();
    let Some(times_trend) = SegmentTrend::of(&times, SegmentValue::Median) else {
        verdict.doubts.push(format!("whether response time drifts is unknown: at least {} s are needed", 2 * SEGMENTS));
        return;
    };
    if times_trend.is_drift() {
        let (growth, median) = (figure::time(times_trend.growth), figure::time(times_trend.median));
        verdict.drift =
            Some(format!("response time drifts: its mean rose by {growth} over the second half, around {median}"));
    }
}

impl SegmentTrend {
    /// `None` with too few points for the segments, which each need one.
    fn of(points: &[(f64, f64)], value: SegmentValue) -> Option<SegmentTrend> {
        let half = second_half(points)?;
        let segments: Vec<(f64, f64)> = (0..SEGMENTS)
            .map(|index| &half[index * half.len() / SEGMENTS..(index + 1) * half.len() / SEGMENTS])
            .map(|segment| value.of(segment))
            .collect::<Option<_>>()?;
        let mut values: Vec<f64> = segments.iter().map(|segment| segment.1).collect();
        values.sort_unstable_by(f64::total_cmp);
        let trend = Trend::of(&segments)?;
        let span = half.last()?.0 - half.first()?.0;
        Some(SegmentTrend { trend, median: median(&values)?, growth: trend.slope * span })
    }

    fn is_leak(self) -> bool {
        self.trend.lower > 0.0 && self.growth > LEAK_SHARE * self.median && self.trend.slope * 60.0 > LEAK_BYTES_PER_MIN
    }

    fn is_drift(self) -> bool {
        self.trend.lower > 0.0 && self.growth > DRIFT_SHARE * self.median && self.growth > DRIFT_S
    }
}

impl SegmentValue {
    /// In the middle of the segment's time.
    fn of(self, segment: &[(f64, f64)]) -> Option<(f64, f64)> {
        let middle = f64::midpoint(segment.first()?.0, segment.last()?.0);
        let mut values: Vec<f64> = segment.iter().map(|point| point.1).collect();
        values.sort_unstable_by(f64::total_cmp);
        let value = match self {
            SegmentValue::Minimum => values.first().copied(),
            SegmentValue::Median => median(&values),
        };
        Some((middle, value?))
    }
}

/// By time, not by count, because samples may be missing.
fn second_half(points: &[(f64, f64)]) -> Option<&[(f64, f64)]> {
    let middle = f64::midpoint(points.first()?.0, points.last()?.0);
    let half = &points[points.partition_point(|point| point.0 < middle)..];
    (half.len() >= SEGMENTS).then_some(half)
}

#[cfg(test)]
mod tests;
