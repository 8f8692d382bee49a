//! Two servers and an SLA: 95 of 100 orders take at most 800 ms, with twenty callers.
//!
//! `checks` run before any load. `load` is the promise, and runs by default; `compare` has to be asked for, as the server
//! that takes one order at a time needs a minute for its half of the requests.

mod checks;
mod compare;
mod load;

use fixtures::sla::ORDERS;
use proofload::prelude::*;

/// Asks for any order.
async fn order(user: &mut User, server: &Server) -> proofload::Result {
    let id = user.random_range(1..ORDERS + 1);
    user.get(server, &format!("/orders/{id}")).named("GET /orders/{id}").await?;
    Ok(())
}
