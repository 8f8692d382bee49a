//! Tests that pass.

use proofload::prelude::*;

use super::fixtures::{basket, steady, token};

#[perf(kind = "load", users = 5, requests = 200, warmup = 20, p95 < 5s, max("GET /health") < 9s)]
async fn health(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 3, requests = 30, markers = [smoke])]
async fn with_fixtures(user: &mut User, steady: &Server, basket: &usize, token: &mut String) -> proofload::Result {
    user.check("the basket is as long as the address", *basket == steady.url().len()).ok();
    token.push('!');
    user.get(steady, "/a").named("A").bearer(token).await?;
    user.get(steady, "/missing").expect(404).await?;
    Ok(())
}

#[perf(kind = "benchmark", requests = 300, warmup = 10, mean < 1s)]
async fn quick(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "stress", case(users = 2, requests = 20), case(users = 4, requests = 40, success_rate > 95%))]
async fn pushed(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}
