//! Tests that do not pass, each for one reason.

use proofload::prelude::*;

use super::fixtures::{basket, steady};

#[perf(kind = "load", users = 2, requests = 100, max < 1us)]
async fn too_slow(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 100)]
async fn busy(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/busy").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 100, p95("GET /helth") < 1s)]
async fn no_data(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn sends_nothing(_user: &mut User) -> proofload::Result {
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 100)]
async fn check(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    user.check("a full page", false)?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 100)]
async fn own_error(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    let _number: u32 = "twelve".parse()?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 10, p99 < 5s)]
async fn few_samples(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 100)]
async fn panics(user: &mut User, steady: &Server, basket: &usize) -> proofload::Result {
    user.get(steady, "/health").await?;
    assert_eq!(*basket, 0, "a panic in the test");
    Ok(())
}
