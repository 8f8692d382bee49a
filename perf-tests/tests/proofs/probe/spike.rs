//! A surge beyond the capacity, and what is left of it.

use proofload::prelude::*;

use super::{Known, known_queue};

#[perf(
    kind = "spike", peak_throughput > 150/s, min < 100ms,
    case(
        name = "twice", recovery < 3s,
        spike(base = 100/s, peak = 400/s, at = 1500ms, lasting = 1s, recover_within = 3250ms),
    ),
    case(
        name = "half", recovery < 2s,
        spike(base = 50/s, peak = 300/s, at = 1500ms, lasting = 1500ms, recover_within = 2250ms),
    ),
)]
async fn surge(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    Ok(())
}
