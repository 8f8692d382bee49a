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
    println!("{PER_SECOND} requests a second for {SECONDS} s, two limits");
    for endpoints in [1, 10, 100, 1_000] {
        let measured = long_tailed(endpoints, PER_SECOND, SECONDS);
        let (bytes, written) = timed(|| encode(&measured).expect("it can be written"));
        let (received, read) = timed(|| decode::<Recorder>(&bytes).expect("it can be read"));
        let mut all = long_tailed(endpoints, PER_SECOND, SECONDS);
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
