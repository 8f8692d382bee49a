//! Workloads that are misspelt, or that cannot be what the author means.
use proofload::prelude::*;

const FAST: u64 = 5_000;

#[perf(
    kind = "load", rate = 300, max_in_flight = 0, overflow = drop, arrivals = "often", pace = 2, repeat = 0,
    spawn_rate = FAST, server_rss < 200, server_rss_growth < 1MiB, recovery("GET /") < 5s,
)]
async fn values(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 5, rate = 50% off capacity)]
async fn share(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", stages = 5, sweep(users = [5, 2]), capacity(budged = 5s),
    spike(base = 20/s, peak = 10/s, at = 5s, lasting = 5s),
)]
async fn parentheses(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "stress",
    case(name = "a", stages(0/s -> 100/s over 5s, 200/s -> 300/s over 5s)),
    case(name = "b", stages(5/s for 5s, 5/s over 5s)),
    case(name = "c", stages(5 for 5s, 5/s for 5s)),
    case(name = "d", stages(warm: 5 for 5s, warm: 6 for 5s)),
    case(name = "e", stages()),
    case(name = "f", stage(5 for 5s)),
    case(stages(5 for 5s)),
)]
async fn stages(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", stages(warm: 0/s -> 5/s over 5s, peak: 5/s for 5s), p95("stage peek") < 1s, p95("stage peak") < 1s,
)]
async fn another_stage(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 5, p95("stage peak") < 1s)]
async fn no_stage(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 5, rate = 5/s, ramp_up = 5s, spawn_rate = 5/s, max_in_flight = 5, repeat = 3)]
async fn who_sets_the_pace(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", stages(5/s for 5s), duration = 5s, ramp_up = 5s, pace = 2s)]
async fn staged(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "benchmark", rate = 5/s, repeat = 3)]
async fn open_benchmark(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "spike", rate = 5/s)]
async fn no_surge(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "capacity", users = 5, duration = 5s)]
async fn crowded_capacity(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", capacity(start = 5/s), repeat = 3, sweep(users = [1, 2]))]
async fn series(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 5, recovery < 5s, capacity >= 800/s, degradation < 20%)]
async fn never_measured(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", stages(0/s -> 50/s over 5s, 50/s for 5s, 20/s for 5s),
    degradation < 20%, degradation("GET /") < 20%, degradation > 20%, degradation <= 200ms, degradation <= 110% of baseline,
)]
async fn one_level(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load",
    case(name = "none", connections = shared(0)),
    case(name = "how many", connections = shared),
    case(name = "another word", connections = pooled(8)),
    case(name = "a number", connections = 8),
    case(name = "no value of others", users = shared(8)),
)]
async fn connections(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", http2 = 2, redirects = true, cookies = YES, proxy = "socks5://127.0.0.1:1080", ca = 5, verify_tls = "no",
)]
async fn options(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", connections = shared(4), cookies = true, ca = "ca.pem", verify_tls = false)]
async fn neither(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", stages(peak: 5/s for 5s),
    p95("stage peek: GET /") < 1s, p95("stage peak: GET /") < 1s, p95("stage peak: iteration") < 1s,
)]
async fn endpoint_of_a_stage(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
