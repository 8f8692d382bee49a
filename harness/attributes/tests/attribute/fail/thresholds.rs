//! Thresholds that cannot mean what they say.
use proofload::prelude::*;

#[perf(
    kind = "load",
    p95 > 1s, success_rate < 90%, throughput < 100/s,
    p99 < 10%, success_rate >= 99, mean < 800, failed < 1.5, median < 500msec,
    max == 1s, success_rate("a") > 100%, success_rate("b") >= 0%, min < 0s,
)]
async fn meaningless(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load",
    p95 < 1s, mean < 1s, p95 <= 2s, p95("GET /") < 1s, p95("GET /") < 3s, p95.0 < 4s,
    case(users = 10, mean < 1s, mean < 2s),
)]
async fn twice(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

const LIMIT: Duration = Duration::from_secs(1);

#[perf(kind = "load", p95(health) < 1s, p99("") < 1s, mean < LIMIT, max => 1s, min != 1s, median =< 1s, p50 < , p90 "x")]
async fn misshapen(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
