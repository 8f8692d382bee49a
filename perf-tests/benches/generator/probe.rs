//! The loads that are measured, written as anybody writes them.

use fixtures::hello;
use proofload::prelude::*;

#[perf(kind = "load", users = 50, duration = 5s, warmup = 0)]
async fn closed(user: &mut User, hello: &Server) -> proofload::Result {
    user.get(hello, "/health").await?;
    Ok(())
}

#[perf(kind = "load", rate = 10_000/s, max_in_flight = 50, duration = 5s, warmup = 0)]
async fn open(user: &mut User, hello: &Server) -> proofload::Result {
    user.get(hello, "/health").await?;
    Ok(())
}
