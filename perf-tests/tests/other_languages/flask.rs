//! Flask, with the server that `flask run` starts.

use proofload::prelude::*;

#[fixture(scope = session)]
async fn flask() -> proofload::Result<Server> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_languages");
    let arguments = ["-m", "flask", "--app", "flask_app", "run", "--port", "{port}"];
    Ok(Server::command("python3", arguments).current_dir(folder).ready_http("/orders/1").start().await?)
}

#[perf(kind = "load", users = 2, duration = 1s, success_rate >= 100%, p95 < 1s)]
async fn order(user: &mut User, flask: &Server) -> proofload::Result {
    user.get(flask, "/orders/7").await?;
    Ok(())
}
