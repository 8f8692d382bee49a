//! Functions that the harness could not call; a mistake in the attribute is reported as well.
use proofload::prelude::*;

#[perf(kind = "load")]
fn waits_for_nothing(user: &mut User) {
    let _ = user;
}

#[perf(kind = "load", user = 10)]
async fn generic<T>(value: T) -> proofload::Result
where
    T: Send,
{
    let _ = value;
    Ok(())
}

#[perf(kind = "load")]
async unsafe extern "C" fn of_another_language(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

struct Agent;

impl Agent {
    #[perf(kind = "load")]
    async fn method(&self) -> proofload::Result {
        Ok(())
    }
}

#[perf(kind = "load")]
struct NoFunction;

fn main() {}
