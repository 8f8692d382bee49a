//! Python's `http.server`, which serves the files of a folder.

use proofload::prelude::*;

#[fixture(scope = session)]
async fn http_server() -> proofload::Result<Server> {
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_languages");
    let arguments = ["-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", files];
    Ok(Server::command("python3", arguments).ready_http("/").start().await?)
}

/// It answers with HTTP/1.0 and closes, so each request needs a connection of its own.
#[perf(kind = "load", users = 2, duration = 1s, success_rate >= 100%, p95 < 1s)]
async fn file(user: &mut User, http_server: &Server) -> proofload::Result {
    user.get(http_server, "/flask_app.py").await?;
    Ok(())
}
