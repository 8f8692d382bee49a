//! A Flask service that answers with a profile of its own computing, as `scripts/locust-comparison` loads it.

use proofload::prelude::*;

#[fixture(scope = session)]
async fn flask_profile() -> proofload::Result<Server> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/other_languages");
    let arguments = ["-m", "flask", "--app", "flask_profile_app", "run", "--port", "{port}"];
    Ok(Server::command("python3", arguments).current_dir(folder).ready_http("/health").start().await?)
}

/// Ten users, two more each second, then constant: what Locust calls `-u 10 -r 2`.
#[perf(kind = "load", users = 10, spawn_rate = 2/s, duration = 2s, success_rate >= 100%, mean < 1s)]
async fn ten_users(user: &mut User, flask_profile: &Server) -> proofload::Result {
    user.get(flask_profile, "/profile").await?;
    user.think(Duration::from_millis(500)..Duration::from_millis(1500)).await;
    Ok(())
}
