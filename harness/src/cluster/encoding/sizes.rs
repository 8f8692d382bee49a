//! What recorders take as bytes, and how long it takes to write, read and merge them. Prints; asserts nothing about time.
//!
//! `cargo test -p proofload --features cluster --lib what_recorders_take -- --ignored --nocapture`

use std::time::{Duration, Instant};

use super::{decode, encode};
use crate::measure::Recorder;
use crate::measure::trial::{TrialPlan, TrialRequest, named_endpoints};

const REQUESTS: u64 = 600_000;
const SECONDS: u64 = 60;

/// 60 s of 10,000 requests a second with a median of about 5 ms and a long tail, over so many endpoints.
fn recorder(endpoints: usize) -> Recorder {
    let mut recorder = named_endpoints(endpoints);
    let mut random = 1_u64;
    for number in 0..REQUESTS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let uniform = (random >> 40) as f64 / (1 << 24) as f64;
        let took_us = 1_000 + (4_000.0 * (1.0 / (1.0 - uniform)).powf(0.6)) as u64;
        let at_us = 1_000_000 + number * (SECONDS * 1_000_000 / REQUESTS);
        TrialRequest::answered(at_us, took_us).record_under(&mut recorder, number as usize % endpoints);
    }
    recorder
}

#[test]
#[ignore = "prints what it measures"]
fn what_recorders_take_as_bytes_and_time() {
    println!("{REQUESTS} requests in {SECONDS} s, two limits");
    for endpoints in [1, 10, 100, 1_000] {
        let mut measured = recorder(endpoints);
        // A process merges those of its threads, which settles the slices.
        measured.merge(TrialPlan::Arrivals.recorder());
        let (bytes, written) = timed(|| encode(&measured).expect("it can be written"));
        let (received, read) = timed(|| decode::<Recorder>(&bytes).expect("it can be read"));
        let mut all = recorder(endpoints);
        all.merge(TrialPlan::Arrivals.recorder());
        let ((), merged) = timed(|| all.merge(received));
        println!(
            "{endpoints:>5} endpoints: {:>9} bytes, written in {written:?}, read in {read:?}, merged in {merged:?}",
            bytes.len()
        );
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed())
}
