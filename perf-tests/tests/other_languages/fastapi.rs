//! FastAPI under uvicorn.

use proofload::prelude::*;

#[fixture(scope = session)]
async fn fastapi() -> proofload::Result<Server> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_languages");
    let arguments = ["-m", "uvicorn", "fastapi_app:app", "--port", "{port}", "--no-access-log"];
    Ok(Server::command("python3", arguments).current_dir(folder).ready_http("/orders/1").start().await?)
}

#[perf(kind = "load", users = 5, duration = 1s, success_rate >= 100%, p95 < 1s)]
async fn order(user: &mut User, fastapi: &Server) -> proofload::Result {
    user.get(fastapi, "/orders/7").await?;
    Ok(())
}
