//! A server of Node, which reads its port from the environment and says when it listens.

use proofload::prelude::*;

#[fixture(scope = session)]
async fn node() -> proofload::Result<Server> {
    let app = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_languages/node_app.js");
    Ok(Server::command("node", [app]).env("PORT", "{port}").ready_line("listening").start().await?)
}

#[perf(kind = "load", users = 5, duration = 1s, success_rate >= 100%, p95 < 1s)]
async fn order(user: &mut User, node: &Server) -> proofload::Result {
    user.get(node, "/orders/7").await?;
    Ok(())
}
