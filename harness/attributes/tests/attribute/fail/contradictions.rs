//! Settings that are right one by one and wrong together.
use proofload::prelude::*;

#[perf(kind = "load", kind = "stress", users = 10, users = 20, requests = 100, duration = 30s)]
async fn twice(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "benchmark", users = 10, ramp_up = 5s)]
async fn crowded_benchmark(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", requests = 100,
    case(users = [50, 200]),
    case(users = 10, requests = 5),
    case(requests = 10, duration = 1s),
    case(users = 500, duration = 1s),
)]
async fn in_cases(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
