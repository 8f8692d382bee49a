//! Classes of users that cannot be, each mistake on its own tokens.
use proofload::prelude::*;

async fn everyday(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", mix(everyday = 0, busy = 2.5, everyday = MANY, erroneous, iteration = 1 2))]
async fn weights(user: &mut User) -> proofload::Result;

#[perf(kind = "load", mix(everyday = 1))]
async fn alone(user: &mut User) -> proofload::Result;

#[perf(kind = "load", mix)]
async fn without_classes(user: &mut User) -> proofload::Result;

#[perf(kind = "load", mix(everyday = 1, everyday = 2), mix(everyday = 1), case(mix(everyday = 1), users = 2))]
async fn twice(user: &mut User) -> proofload::Result;

#[perf(kind = "load", users = 10, mix(everyday = 7, busy = 2))]
async fn with_a_body(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 10)]
async fn without_a_body(user: &mut User) -> proofload::Result;

#[perf(kind = "load", users = 10, mix(everyday = 7, busy = 2))]
async fn without_a_user() -> proofload::Result;

#[perf(
    kind = "load",
    mix(everyday = 7, busy = 2),
    p95("everydy", "GET /") < 1s,
    p95("busy", "stage peak") < 1s,
    p95("busy", "GET /", "GET /a") < 1s,
    server_rss("busy") < 1GiB,
)]
async fn thresholds(user: &mut User) -> proofload::Result;

#[perf(kind = "load", p95("everyday", "GET /") < 1s)]
async fn of_no_class(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", versus(server = [a, b]), mix(everyday = 1, busy = 1))]
async fn compares(user: &mut User, server: &Server) -> proofload::Result;

fn main() {}
