//! What it costs that a function which makes a system call returns.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rustix::process::getppid;

/// Rounds, of which the shortest counts.
const ROUNDS: u32 = 20;
const CALLS: u32 = 20_000;

/// Time of one of the smallest system calls: in a loop without functions, and made in a function.
pub(crate) fn small_call_ns() -> [f64; 2] {
    let in_one = shortest(|| {
        for _ in 0..CALLS {
            black_box(getppid());
        }
    });
    let called = shortest(|| {
        for _ in 0..CALLS {
            call();
        }
    });
    [in_one, called].map(|time| time.as_secs_f64() * 1e9 / f64::from(CALLS))
}

#[inline(never)]
fn call() {
    black_box(getppid());
}

fn shortest(round: impl Fn()) -> Duration {
    let timed = |_| {
        let begun = Instant::now();
        round();
        begun.elapsed()
    };
    (0..ROUNDS).map(timed).min().unwrap_or_default()
}
