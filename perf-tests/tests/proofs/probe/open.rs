//! Iterations that start when the plan says, at one rate.

use proofload::prelude::*;

use super::{Known, known_arrivals, known_delay, known_faults, known_freeze, known_hello, known_queue, known_stall};

#[perf(kind = "load", rate = 200/s, duration = 2500ms, max_in_flight = 200, min < 100ms)]
async fn stalled(user: &mut User, known_stall: &Known) -> proofload::Result {
    user.get(known_stall.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", rate = 200/s, duration = 5s, max_in_flight = 10, min < 100ms)]
async fn stalled_at_a_cap(user: &mut User, known_stall: &Known) -> proofload::Result {
    user.get(known_stall.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", rate = 220/s, duration = 5s, min < 100ms)]
async fn overloaded(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", rate = 100/s, duration = 3s, timeout = 400ms, p95 < 100ms)]
async fn frozen(user: &mut User, known_freeze: &Known) -> proofload::Result {
    user.get(known_freeze.watched(), "/").await?;
    Ok(())
}

// Two thousand requests leave twenty beyond the 99th percentile; and the shorter they take, the fewer hold-ups touch them.
#[perf(kind = "load", rate = 4_000/s, duration = 500ms, min < 100ms)]
async fn delayed(user: &mut User, known_delay: &Known) -> proofload::Result {
    user.get(known_delay.watched(), "/").await?;
    Ok(())
}

/// Stopped by the proof, in the middle of its three seconds.
#[perf(kind = "load", rate = 200/s, duration = 3s, success_rate >= 100%, p95 < 100ms)]
async fn stopped(user: &mut User, known_hello: &Known) -> proofload::Result {
    user.get(known_hello.watched(), "/").await?;
    Ok(())
}

#[perf(
    kind = "load", max_in_flight = 200, min < 100ms,
    case(name = "hundred", rate = 100/s, duration = 3s),
    case(name = "thousand", rate = 1_000/s, duration = 2s),
    case(name = "ten thousand", rate = 10_000/s, duration = 1s),
)]
async fn seen(user: &mut User, known_arrivals: &Known) -> proofload::Result {
    user.get(known_arrivals.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", rate = 400/s, duration = 1s, timeout = 100ms)]
async fn broken(user: &mut User, known_faults: &Known) -> proofload::Result {
    user.get(known_faults.watched(), "/").await?;
    Ok(())
}
