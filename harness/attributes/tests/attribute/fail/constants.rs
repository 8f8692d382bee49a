//! Constants whose type only the compiler knows.
use proofload::prelude::*;

const SLOW: Duration = Duration::from_secs(5);
const TEAM: usize = 10;
const NAME: &str = "x";

#[perf(kind = "load", users = SLOW, timeout = TEAM, warmup = NAME)]
async fn of_the_wrong_type(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

fn main() {}
