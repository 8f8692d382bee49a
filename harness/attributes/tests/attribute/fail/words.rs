//! Words that are not known, each answered with the nearest that is.
use proofload::prelude::*;

#[perf(
    kind = "lode",
    user = 100, request = 5_000, warm_up = 500, repaet = 1,
    sucess_rate >= 99%, avg < 1s, p100 < 1s, banana < 2s, p95_ms < 1s,
)]
async fn misspelt(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(users = 10)]
async fn without_kind(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = load, users < 100, mean = 800ms, p99.9 = 1s, success_rate = 99%, cases(users = 10), users, mean)]
async fn settings_for_metrics(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", case(user = 10), case(users = 10, sucess_rate > 9%, kind = "stress", case(users = 1)), case(mean < 1s))]
async fn in_cases(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
