//! Verdicts on made-up series of memory and times.

use std::time::Duration;

use super::*;
use crate::measure::{Counts, ServerSample, StageSummary, Summary, TimeSlice};

/// Ten minutes, which is a short soak.
const SECONDS: u32 = 600;

/// Repeatable noise around zero, −1 to 1.
fn noise(second: u32) -> f64 {
    let mut bits = second.wrapping_add(1).wrapping_mul(0x9E37_79B9);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x85EB_CA6B);
    bits ^= bits >> 13;
    f64::from(bits) / f64::from(u32::MAX) * 2.0 - 1.0
}

/// A run whose server's anonymous memory was `mib` at each second.
fn memory(seconds: u32, mib: impl Fn(u32) -> f64) -> Measured {
    let sample = |second: u32| ServerSample {
        at_s: f64::from(second),
        cpu_s: Some(0.1 * f64::from(second)),
        anonymous_bytes: Some((mib(second) * MIB) as u64),
        ..ServerSample::default()
    };
    let ended = u64::from(seconds) * 100;
    let mut measured = times(seconds, |_| 0.010);
    measured.servers = vec![ServerFigures::of("agent", (0..=seconds).map(sample).collect(), ended)];
    measured
}

/// A run of 100 requests a second that took `mean_s` in each second.
fn times(seconds: u32, mean_s: impl Fn(u32) -> f64) -> Measured {
    let slice =
        |second: u32| TimeSlice { second: u64::from(second), mean_s: Some(mean_s(second)), ..TimeSlice::default() };
    let ended = u64::from(seconds) * 100;
    Measured {
        total: Summary { requests: Counts { intended: ended, ok: ended, ..Counts::default() }, ..Summary::default() },
        span: Duration::from_secs(u64::from(seconds)),
        timeline: (0..seconds).map(slice).collect(),
        ..Measured::default()
    }
}

#[track_caller]
fn leaks(measured: &Measured) -> bool {
    let verdict = judge(measured);
    assert_eq!(verdict.doubts, [""; 0]);
    assert_eq!(verdict.leaks.len() + verdict.notes.len(), 1);
    !verdict.leaks.is_empty()
}

#[test]
fn a_steady_leak_is_reported_in_bytes_per_minute_and_per_request() {
    // 100 MiB and 6 MiB a minute: 0.1 MiB a second over 100 requests are 1,049 bytes a request.
    let verdict = judge(&memory(SECONDS, |second| 100.0 + 0.1 * f64::from(second)));
    assert_eq!(
        verdict.leaks,
        ["`agent` leaks: anonymous memory grew by 6.00 MiB/min (1,050 bytes per request); \
          server CPU per request: 1.00 ms"]
    );
}

#[test]
fn a_leak_is_found_under_noise_and_under_garbage_collection() {
    assert!(leaks(&memory(SECONDS, |second| 100.0 + 0.1 * f64::from(second) + 5.0 * noise(second))));
    assert!(leaks(&memory(SECONDS, |second| 100.0 + 0.1 * f64::from(second) + f64::from(second % 20))));
}

#[test]
fn garbage_collection_is_not_a_leak_wherever_the_series_is_cut() {
    for period in [7, 13, 30, 37] {
        let sawtooth = |second: u32| 80.0 + 40.0 * f64::from(second % period) / f64::from(period);
        assert!(!leaks(&memory(SECONDS, sawtooth)), "one collection every {period} s");
    }
}

#[test]
fn memory_that_fills_first_and_then_stays_is_not_a_leak() {
    assert!(!leaks(&memory(SECONDS, |second| 300.0 * (1.0 - (-f64::from(second) / 40.0).exp()))));
    assert!(!leaks(&memory(SECONDS, |second| f64::from(second.min(SECONDS / 2)) + noise(second))));
}

#[test]
fn one_step_is_not_a_leak_and_a_staircase_is() {
    // A step between two of eight segments: of 28 pairs 16 at most differ, and the lower end stays at zero.
    for at in [330, 400, 450, 500, 580] {
        assert!(!leaks(&memory(SECONDS, |second| if second < at { 100.0 } else { 150.0 })), "at {at} s");
    }
    assert!(leaks(&memory(SECONDS, |second| 100.0 + 5.0 * f64::from(second / 30))));
}

#[test]
fn noise_alone_is_not_a_leak() {
    let found = (0..200).filter(|seed| leaks(&memory(120, |second| 100.0 + 8.0 * noise(second + 1_000 * seed))));
    // By the interval alone one in forty would be; the required growth leaves fewer.
    assert!(found.count() <= 8);
}

#[test]
fn growth_that_is_small_absolutely_or_relatively_is_not_a_leak() {
    // 0.9 MiB a minute on 10 MiB; and 3 MiB a minute on 10 GiB, 0.15 % in the second half.
    assert!(!leaks(&memory(SECONDS, |second| 10.0 + 0.015 * f64::from(second))));
    assert!(!leaks(&memory(SECONDS, |second| 10_240.0 + 0.05 * f64::from(second))));
}

#[test]
fn memory_that_cannot_be_read_or_was_read_too_briefly_is_a_doubt() {
    let mut attached = times(SECONDS, |_| 0.010);
    attached.servers = vec![ServerFigures::of("staging", Vec::new(), 100)];
    assert!(judge(&attached).doubts[0].starts_with("whether `staging` leaks is unknown"));
    let brief = judge(&memory(10, |second| 100.0 + f64::from(second)));
    assert_eq!(
        brief.doubts[0],
        "whether `agent` leaks is unknown: at least 16 s are needed, and there were 11 samples"
    );
    assert!(brief.leaks.is_empty());
}

#[test]
fn a_short_run_is_long_enough_for_a_fast_leak() {
    assert!(leaks(&memory(20, |second| 20.0 + 2.0 * f64::from(second))));
    assert!(!leaks(&memory(20, |second| 20.0 + 0.1 * noise(second))));
}

#[test]
fn response_times_that_rise_drift_and_those_that_vary_do_not() {
    let drift = |mean_s: &dyn Fn(u32) -> f64| judge(&times(SECONDS, mean_s)).drift;
    let text = drift(&|second| 0.010 + 0.000_01 * f64::from(second)).expect("3 ms on 14.5 ms");
    assert!(text.starts_with("response time drifts: its mean rose by 2.99 ms over the second half"), "{text}");
    assert_eq!(drift(&|second| 0.010 + 0.005 * noise(second)), None);
    assert_eq!(drift(&|second| if second % 60 == 0 { 0.5 } else { 0.010 }), None);
    // 0.01 ms on 0.05 ms is a fifth, but less than 0.1 ms.
    assert_eq!(drift(&|second| 0.000_04 + 0.000_000_033 * f64::from(second)), None);
}

#[test]
fn a_load_that_changes_is_not_judged_for_drift() {
    let mut measured = times(SECONDS, |second| 0.010 + 0.001 * f64::from(second));
    measured.stages = vec![StageSummary::default(), StageSummary::default()];
    assert_eq!(judge(&measured).drift, None);
}
