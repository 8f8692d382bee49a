//! The loads that are measured, as ordinary performance tests.

use fixtures::hello;
use proofload::prelude::*;

/// Longer than the longest pause of `thinking`.
pub(crate) const THINKING_WARMUP: Duration = Duration::from_secs(4);

#[perf(kind = "load", users = 50, duration = 5s, warmup = 0)]
async fn closed(user: &mut User, hello: &Server) -> proofload::Result {
    user.get(hello, "/health").await?;
    Ok(())
}

/// The same to twenty endpoints, in an order that is random and the same in each run.
#[perf(kind = "load", users = 50, duration = 5s, warmup = 0)]
async fn endpoints(user: &mut User, hello: &Server) -> proofload::Result {
    const PATHS: [&str; 20] = [
        "/basket",
        "/categories",
        "/checkout",
        "/coupons",
        "/customers",
        "/delivery",
        "/health",
        "/images",
        "/invoices",
        "/news",
        "/offers",
        "/orders",
        "/payments",
        "/products",
        "/returns",
        "/reviews",
        "/search",
        "/stock",
        "/stores",
        "/wishes",
    ];
    let path = PATHS[user.random_range(0..PATHS.len())];
    user.get(hello, path).await?;
    Ok(())
}

/// As many requests per second as `open`, by users with a pace.
#[perf(kind = "load", users = 50, pace = 5ms, duration = 5s, warmup = 0)]
async fn paced(user: &mut User, hello: &Server) -> proofload::Result {
    user.get(hello, "/health").await?;
    Ok(())
}

/// Ten thousand users with think time. They all begin at once, which is over after the warm-up.
#[perf(kind = "load", users = 10_000, duration = 5s, warmup = THINKING_WARMUP)]
async fn thinking(user: &mut User, hello: &Server) -> proofload::Result {
    user.think(Duration::from_secs(1)..Duration::from_secs(3)).await;
    user.get(hello, "/health").await?;
    Ok(())
}

#[perf(kind = "load", rate = 10_000/s, max_in_flight = 50, duration = 5s, warmup = 0)]
async fn open(user: &mut User, hello: &Server) -> proofload::Result {
    user.get(hello, "/health").await?;
    Ok(())
}
