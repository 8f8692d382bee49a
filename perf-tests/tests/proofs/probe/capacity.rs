//! Searches for a capacity that is known.

use proofload::prelude::*;

use super::{Known, known_queue};

// Probes of 1.5 s in place of five: at 5 % above its capacity the server is 100 ms behind after two seconds.
#[perf(
    kind = "capacity",
    capacity(start = 200/s, settle = 500ms, probe = 1500ms, validate = 3s, budget = 45s),
    p95 < 50ms, capacity >= 440/s,
)]
async fn enough(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}

#[perf(
    kind = "capacity",
    capacity(start = 270/s, settle = 500ms, probe = 1500ms, validate = 3s, budget = 45s, precision = 10%),
    p95 < 50ms, capacity >= 600/s,
)]
async fn too_little(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}

// Fewer probes than it takes to get from 2/s to the capacity.
#[perf(
    kind = "capacity",
    capacity(start = 2/s, settle = 250ms, probe = 1s, validate = 2s, budget = 6s),
    p95 < 50ms, success_rate >= 99%,
)]
async fn hasty(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}

#[perf(
    kind = "load", duration = 1500ms,
    capacity(start = 270/s, settle = 500ms, probe = 1500ms, validate = 3s, budget = 45s, precision = 10%),
    p95 < 50ms,
    case(rate = 50% of capacity),
    case(rate = 90% of capacity),
)]
async fn share(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}
