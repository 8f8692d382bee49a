//! Is what the servers answer right? Otherwise their times say nothing, and no load is offered.

use fixtures::sla::{ORDERS, PlacedOrder, parallel, sequential};
use proofload::prelude::*;

/// A server that is faster because it answers something else is no improvement.
#[perf(kind = "load", users = 1, requests = 6, success_rate >= 100%)]
pub(super) async fn answers_agree(user: &mut User, sequential: &Server, parallel: &Server) -> proofload::Result {
    let path = format!("/orders/{}", user.random_range(1..ORDERS + 1));
    let expected: PlacedOrder = user.get(sequential, &path).named("sequential").await?.json()?;
    let found: PlacedOrder = user.get(parallel, &path).named("parallel").await?.json()?;
    user.check("both servers give the same answer", found == expected)
}

/// What is right is what the service says an order is, and what it refuses.
#[perf(kind = "load", users = 1, requests = 3, success_rate >= 100%)]
pub(super) async fn sequential_answers(user: &mut User, sequential: &Server) -> proofload::Result {
    answers(user, sequential).await
}

/// The same of the other server.
#[perf(kind = "load", users = 1, requests = 3, success_rate >= 100%)]
pub(super) async fn parallel_answers(user: &mut User, parallel: &Server) -> proofload::Result {
    answers(user, parallel).await
}

async fn answers(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/orders/seven").expect(400).await?;
    user.get(server, "/orders/1001").expect(404).await?;
    let order: PlacedOrder = user.get(server, "/orders/7").await?.json()?;
    user.check("order 7 as it is", Some(order) == PlacedOrder::numbered(7))
}
