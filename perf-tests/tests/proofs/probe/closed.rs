//! Users who start their next iteration when the one before has ended.

use proofload::prelude::*;

use super::{Known, known_delay, known_faults, known_freeze};

#[perf(kind = "load", users = 4, duration = 1500ms)]
async fn constant(user: &mut User, known_delay: &Known) -> proofload::Result {
    user.get(known_delay.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 8, requests = 2000)]
async fn drawn(user: &mut User, known_delay: &Known) -> proofload::Result {
    user.get(known_delay.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 100, duration = 4s, warmup = 1s)]
async fn thinking(user: &mut User, known_delay: &Known) -> proofload::Result {
    user.get(known_delay.watched(), "/").await?;
    user.think(Duration::from_millis(100)..Duration::from_millis(300)).await;
    Ok(())
}

#[perf(kind = "load", users = 4, requests = 600, timeout = 100ms)]
async fn broken(user: &mut User, known_faults: &Known) -> proofload::Result {
    // Safe to send again, but on a busy connection none is: each fault that the server counts is one of the record.
    user.get(known_faults.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "load", users = 5, duration = 1500ms, timeout = 250ms, p95 < 100ms)]
async fn frozen(user: &mut User, known_freeze: &Known) -> proofload::Result {
    user.get(known_freeze.watched(), "/").await?;
    user.think(Duration::from_millis(10)).await;
    Ok(())
}
