//! Comparisons that cannot be made.
use proofload::prelude::*;

#[fixture(scope = session)]
async fn sequential() -> u8 {
    1
}

#[fixture(scope = session)]
async fn threaded() -> u8 {
    2
}

#[perf(
    kind = "load",
    p95 <= 800ms of baseline, p95 >= 90% of baseline, mean <= 0% of baseline, p90 <= 110% of basline, p80 <= 50% of,
    max <= 110% of baseline, p99 <= 110% of baseline, requests >= 90% of baseline, mean == 100% of baseline,
    p95("GET /config") <= 110% of baseline, p75 <= 50% of sequential, p70 <= "50% of capacity", p60 <= 5% of baseline x,
)]
async fn shares(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(
    kind = "load", versus(server = [sequential, threaded]),
    p95 <= 50% of "sequentiel", mean <= 50% of "others", p95("threaded") <= 110% of "threaded", p50 <= 110% of baseline,
)]
async fn references(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", p95 <= 50% of "sequential", mean <= 110% of "baseline", p95 < 2s, p95 <= 90% of baseline, p95 < 3s)]
async fn without_versus(threaded: &u8) -> proofload::Result {
    let _ = threaded;
    Ok(())
}

#[perf(kind = "load", versus(sever = [sequential, threaded]))]
async fn unknown_parameter(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", versus(user = [sequential, threaded]))]
async fn of_users(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", versus(server = [sequential, threaded]))]
async fn not_shared(server: &mut u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", users = 0, versus(server = [sequential]), versus(server = [sequential, threaded]))]
async fn twice(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", versus(server = [sequential, threaded, sequential, crate::threaded, "threaded"]))]
async fn fixtures(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", versus, versus(), verus(server = [sequential, threaded]), case(name = "a", versus(server = [a, b])))]
async fn misshapen(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", versus(server), versus(server = sequential), versus(server = [a, b], other = [c, d]))]
async fn misshapen_inside(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(
    kind = "load", versus(server = [sequential, threaded]),
    case(name = "stages", stages(1 -> 50 over 10s)),
    case(name = "spike", spike(base = 2, peak = 30, at = 5s, lasting = 5s)),
    case(name = "sweep", sweep(users = [1, 2])),
    case(name = "share", rate = 50% of capacity, capacity(start = 5/s)),
    case(repeat = [1, 3]),
    case(users = 9, ramp_up = 5s),
    case(users = 8, spawn_rate = 5/s),
    case(users = 100, requests = 150),
)]
async fn unsteady(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "capacity", versus(server = [sequential, threaded]))]
async fn no_steady_kind(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

#[perf(kind = "load", order = one_after_the_other, case(users = 5), case(users = 6, order = interleaved))]
async fn order_of_one(threaded: &u8) -> proofload::Result {
    let _ = threaded;
    Ok(())
}

#[perf(kind = "load", order = abba, versus(server = [sequential, threaded]))]
async fn unknown_order(server: &u8) -> proofload::Result {
    let _ = server;
    Ok(())
}

fn main() {}
