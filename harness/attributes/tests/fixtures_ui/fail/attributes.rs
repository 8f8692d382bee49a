#![allow(unused_variables)]

use proofload::prelude::*;
use tokio::net::TcpListener;

#[fixture(scope = sesion, scop = test, scope = user, module)]
fn everything_wrong<T>(user: &User, value: u8, give: Give<Vec<u8>>, (a, b): &(u8, u8)) {}

#[fixture(scope = session)]
async fn shared_with_a_user(user: &mut User, token: &mut u8) -> u8 {
    1
}

#[fixture(scope = user)]
async fn twice(one: &mut User, two: &mut User, first: Give<u8>, second: Give<u8>) -> proofload::Result {
    Ok(())
}

/// A fixture with mistakes still is one, so that this test has none.
#[perf(kind = "load")]
async fn innocent(user: &mut User, everything_wrong: &u8, twice: &mut u8) -> proofload::Result {
    Ok(())
}

#[server(ready = "health", start_timeout = 10, threads = 0, reddy = "/")]
fn agent(user: &mut User, innocent: &Server) -> std::io::Result<()> {
    Ok(())
}

#[fixture(set_up_timeout = 0s)]
async fn no_time() -> u8 {
    1
}

#[server(start_timeout = 10sec)]
async fn without_a_listener() {}

#[server]
async fn another_return(listener: TcpListener) -> u8 {
    1
}

#[fixture]
struct NoFunction;

#[perf(kind = "load")]
async fn parameters(user: &User, agent: Server, give: Give<u8>) -> proofload::Result {
    Ok(())
}

fn main() {}
