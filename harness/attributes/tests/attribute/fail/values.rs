//! Values that their setting does not take, and numbers whose meaning would have to be guessed.
use proofload::prelude::*;

#[perf(
    kind = "load",
    users = 0, requests = 5s, duration = 30sec, ramp_up = 10, timeout = "0.5", warmup = 4KiB, seed = -1,
    markers = slow, ignore = 5, name = "--",
)]
async fn mismatches(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 10..20, duration = 0x10s, timeout = 007s, warmup = .5s, ramp_up = 1.s, seed = true)]
async fn numbers(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load",
    users = [10, 5s, 10], requests = [], warmup = [[1]], duration = 30 s, timeout = 30m1h,
    markers = [slow, slow, stress, and, "two words", 5], ignore = "",
)]
async fn lists(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
