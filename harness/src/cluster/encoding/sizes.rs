//! What recorders take as bytes, and how long it takes to write, read and merge them. Prints; asserts nothing about time.
//!
//! `cargo test -p proofload --features cluster --lib what_recorders_take -- --ignored --nocapture`

use std::time::{Duration, Instant};

use super::{decode, encode};
use crate::measure::Recorder;
use crate::measure::trial::long_tailed;

const PER_SECOND: u64 = 10_000;
const SECONDS: u64 = 60;

#[test]
#[ignore = "prints what it measures"]
fn what_recorders_take_as_bytes_and_time() {
    println!("two limits");
    // By endpoints, and by seconds.
    for (endpoints, per_second, seconds) in [
        (1, PER_SECOND, SECONDS),
        (10, PER_SECOND, SECONDS),
        (100, PER_SECOND, SECONDS),
        (1_000, PER_SECOND, SECONDS),
        (10, 100, SECONDS),
        (10, 100, 10 * SECONDS),
        (10, 100, 60 * SECONDS),
    ] {
        let measured = long_tailed(endpoints, per_second, seconds);
        let (bytes, written) = timed(|| encode(&measured).expect("it can be written"));
        let (received, read) = timed(|| decode::<Recorder>(&bytes).expect("it can be read"));
        let mut all = long_tailed(endpoints, per_second, seconds);
        let ((), merged) = timed(|| all.merge(received));
        println!(
            "{endpoints:>5} endpoints, {per_second:>6}/s for {seconds:>4} s: {:>9} bytes, written in {written:?}, read in {read:?}, merged in {merged:?}",
            bytes.len()
        );
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = work();
    (done, begin.elapsed())
}
