//! Does it leak or drift over a long run? The verdict of a soak beside its thresholds.
//!
//! Leak: anonymous memory of the server's process tree each second, the second half of the run in eight segments, the
//! minimum of each. It leaks if the lower end of Theil–Sen's interval is above zero and the growth is more than 2 % of the
//! median and more than 1 MiB a minute. Minima, because a garbage collector's saw has teeth; the second half, because
//! caches and pools fill first; three conditions, because a regression line over a whole run always rises.
//!
//! Drift: the same for the mean response time of each second, with the median of each segment: more than 10 % and more
//! than 0.1 ms in the second half.

use super::figure;
use crate::measure::{Measured, ServerFigures, ServerSample, TimeSlice};
use crate::statistics::{Trend, median};

const SEGMENTS: usize = 8;
const LEAK_SHARE: f64 = 0.02;
const LEAK_BYTES_PER_MIN: f64 = MIB;
/// Twice the difference at which two runs count as different, because there is no second run to agree with.
const DRIFT_SHARE: f64 = 0.10;
/// Less than this is the harness's own.
const DRIFT_S: f64 = 0.000_1;
const MIB: f64 = 1_048_576.0;

/// What a soak comes to, in sentences.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SoakVerdict {
    /// A leak of each server that has one: the test fails.
    pub leaks: Vec<String>,
    /// A drift of response time: the test fails, unless the generator was in trouble itself.
    pub drift: Option<String>,
    /// What could not be judged, and why: no data never passes, and more of the same would not help.
    pub doubts: Vec<String>,
    /// The figures of what was judged and found sound.
    pub notes: Vec<String>,
}

/// Where the second half of a series goes, by its segments.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Course {
    trend: Trend,
    /// Of the segments.
    median: f64,
    /// What the slope comes to from the beginning of the half to its end.
    growth: f64,
}

/// Which value speaks for a segment.
#[derive(Debug, Clone, Copy)]
enum Voice {
    Minimum,
    Median,
}

/// Judges the memory of each server and the response times of the run.
pub(super) fn judge(measured: &Measured) -> SoakVerdict {
    let mut verdict = SoakVerdict::default();
    for server in &measured.servers {
        judge_memory(server, measured, &mut verdict);
    }
    // Where the load changes, response time may, too.
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
        let why = "its memory cannot be seen from here (it was attached, or the system does not tell)";
        verdict.doubts.push(format!("whether `{name}` leaks is unknown: {why}"));
        return;
    }
    let Some(course) = Course::of(&memory, Voice::Minimum) else {
        let (least, count) = (2 * SEGMENTS, memory.len());
        verdict
            .doubts
            .push(format!("whether `{name}` leaks takes {least} s or more to tell, there were {count} samples"));
        return;
    };
    let told = memory_told(course, server, measured);
    match course.is_leak() {
        true => verdict.leaks.push(format!("`{name}` leaks: {told}")),
        false => verdict.notes.push(format!("`{name}` does not leak: {told}")),
    }
}

/// `anonymous memory grew by 12.4 MiB/min (212 bytes a request), 0.213 ms of server CPU a request`
fn memory_told(course: Course, server: &ServerFigures, measured: &Measured) -> String {
    let mib_per_min = figure::plain(course.trend.slope * 60.0 / MIB);
    let mut told = format!("anonymous memory grew by {mib_per_min} MiB/min");
    let span_s = measured.span.as_secs_f64();
    let ended = measured.total.requests.ended();
    if ended > 0 && span_s > 0.0 {
        let bytes_per_request = course.trend.slope * span_s / ended as f64;
        told += &format!(" ({} bytes a request)", figure::plain(bytes_per_request));
    }
    if let Some(cpu_s) = server.cpu_per_request_s {
        told += &format!(", {} of server CPU a request", figure::time(cpu_s));
    }
    told
}

fn judge_times(measured: &Measured, verdict: &mut SoakVerdict) {
    let slice = |slice: &TimeSlice| Some((slice.second as f64, slice.mean_s?));
    let times: Vec<(f64, f64)> = measured.timeline.iter().filter_map(slice).collect();
    let Some(course) = Course::of(&times, Voice::Median) else {
        verdict.doubts.push(format!("whether response time drifts takes {} s or more to tell", 2 * SEGMENTS));
        return;
    };
    if course.is_drift() {
        let (growth, median) = (figure::time(course.growth), figure::time(course.median));
        verdict.drift =
            Some(format!("response time drifts: its mean rose by {growth} over the second half, around {median}"));
    }
}

impl Course {
    /// `None` with too few points for the segments, which each need one.
    fn of(points: &[(f64, f64)], voice: Voice) -> Option<Course> {
        let half = second_half(points)?;
        let segments: Vec<(f64, f64)> = (0..SEGMENTS)
            .map(|index| &half[index * half.len() / SEGMENTS..(index + 1) * half.len() / SEGMENTS])
            .map(|segment| voice.of(segment))
            .collect::<Option<_>>()?;
        let mut values: Vec<f64> = segments.iter().map(|segment| segment.1).collect();
        values.sort_unstable_by(f64::total_cmp);
        let trend = Trend::of(&segments)?;
        let span = half.last()?.0 - half.first()?.0;
        Some(Course { trend, median: median(&values)?, growth: trend.slope * span })
    }

    fn is_leak(self) -> bool {
        self.trend.lower > 0.0 && self.growth > LEAK_SHARE * self.median && self.trend.slope * 60.0 > LEAK_BYTES_PER_MIN
    }

    fn is_drift(self) -> bool {
        self.trend.lower > 0.0 && self.growth > DRIFT_SHARE * self.median && self.growth > DRIFT_S
    }
}

impl Voice {
    /// In the middle of the segment's time.
    fn of(self, segment: &[(f64, f64)]) -> Option<(f64, f64)> {
        let middle = f64::midpoint(segment.first()?.0, segment.last()?.0);
        let mut values: Vec<f64> = segment.iter().map(|point| point.1).collect();
        values.sort_unstable_by(f64::total_cmp);
        let value = match self {
            Voice::Minimum => values.first().copied(),
            Voice::Median => median(&values),
        };
        Some((middle, value?))
    }
}

/// By time, not by count: looks may have been missed.
fn second_half(points: &[(f64, f64)]) -> Option<&[(f64, f64)]> {
    let middle = f64::midpoint(points.first()?.0, points.last()?.0);
    let half = &points[points.partition_point(|point| point.0 < middle)..];
    (half.len() >= SEGMENTS).then_some(half)
}

#[cfg(test)]
mod tests;
