//! Loads that a test interrupts.

use proofload::prelude::*;

use super::fixtures::{basket, steady};

#[perf(kind = "load", users = 2, duration = 60s)]
async fn minute(user: &mut User, steady: &Server, basket: &usize) -> proofload::Result {
    user.get(steady, "/health").await?;
    user.think(Duration::from_millis(1 + *basket as u64 % 5)).await;
    Ok(())
}

#[perf(kind = "load", users = 400, duration = 60s)]
async fn crowd(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    user.think(Duration::from_millis(50)).await;
    Ok(())
}
