//! Tests with classes of users.

use proofload::prelude::*;

use super::fixtures::steady;

/// Most look around, some are in a hurry, and a few ask for what is not there.
#[perf(
    kind = "load", users = 100, duration = 1s,
    mix(everyday = 7, busy = 2, erroneous = 1),
    success_rate("everyday") == 100%, p95("busy", "GET /busy/{user}") < 9s, p50("busy") < 9s,
    requests("erroneous", "iteration") >= 10,
)]
pub(crate) async fn people(user: &mut User, steady: &Server) -> proofload::Result;

async fn everyday(user: &mut User, steady: &Server) -> proofload::Result {
    let path = format!("/everyday/{}", user.number());
    user.get(steady, &path).named("GET /everyday/{user}").await?;
    user.think(Duration::from_millis(40)).await;
    Ok(())
}

async fn busy(user: &mut User, steady: &Server) -> proofload::Result {
    let path = format!("/busy/{}", user.number());
    user.get(steady, &path).named("GET /busy/{user}").await?;
    user.get(steady, "/shared").await?;
    user.think(Duration::from_millis(10)).await;
    Ok(())
}

async fn erroneous(user: &mut User, steady: &Server) -> proofload::Result {
    let path = format!("/missing/{}", user.number());
    user.get(steady, &path).named("GET /missing/{user}").expect(404).await?;
    user.think(Duration::from_millis(25)).await;
    Ok(())
}

/// The same at a rate of arrivals.
#[perf(kind = "load", rate = 100/s, duration = 1s, mix(everyday = 7, busy = 2, erroneous = 1), p95("everyday") < 9s)]
async fn arrivals(user: &mut User, steady: &Server) -> proofload::Result;

/// The busy ones are refused, which the total would hide.
#[perf(kind = "load", users = 10, requests = 100, mix(everyday = 9, refused = 1), success_rate >= 50%, success_rate("refused") >= 99%)]
async fn one_fails(user: &mut User, steady: &Server) -> proofload::Result;

async fn refused(user: &mut User, steady: &Server) -> proofload::Result {
    user.think(Duration::from_millis(80)).await;
    user.get(steady, "/refused").await?;
    Ok(())
}

/// With one user, the second class has no user.
#[perf(kind = "load", users = 1, requests = 20, mix(everyday = 2, busy = 1), p50("busy") < 9s)]
async fn empty(user: &mut User, steady: &Server) -> proofload::Result;

/// The median of three is judged, and its classes are shown.
#[perf(kind = "load", users = 10, requests = 60, repeat = 3, mix(everyday = 7, busy = 3), p50("busy") < 9s)]
async fn repeated(user: &mut User, steady: &Server) -> proofload::Result;

/// With five users, the second class has none, so its limit has no data.
#[perf(kind = "load", requests = 40, sweep(users = [5, 10]), mix(everyday = 9, refused = 1), success_rate > 1%, success_rate("refused") >= 99%)]
async fn swept(user: &mut User, steady: &Server) -> proofload::Result;
