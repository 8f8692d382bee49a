//! Several runs that answer one question, and users who keep a pace.

use proofload::prelude::*;

use super::{Known, known_delay, known_queue, known_stall};

#[perf(kind = "load", users = 4, requests = 400, repeat = 3, p95 < 1s)]
async fn repeated(user: &mut User, known_delay: &Known) -> proofload::Result {
    user.get(known_delay.watched(), "/").await?;
    Ok(())
}

#[perf(kind = "stress", sweep(users = [2, 5, 10, 20]), duration = 1500ms, mean < 30ms)]
async fn swept(user: &mut User, known_queue: &Known) -> proofload::Result {
    user.get(known_queue.watched(), "/").await?;
    user.think(Duration::from_millis(45)).await;
    Ok(())
}

#[perf(kind = "load", users = 20, pace = 100ms, duration = 2500ms, min < 100ms)]
async fn paced(user: &mut User, known_stall: &Known) -> proofload::Result {
    user.get(known_stall.watched(), "/").await?;
    Ok(())
}
