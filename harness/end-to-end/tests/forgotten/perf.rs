//! A perf target as `tests/forgotten.rs` compiles it, with and without the compiler's own harness.

use proofload::prelude::*;

#[perf(kind = "load", users = 1, requests = 1)]
async fn health(user: &mut User) -> proofload::Result {
    user.check("never runs", false)
}

mod inner {
    use proofload::prelude::*;

    #[perf(kind = "stress", users = 1, requests = 1)]
    async fn r#type(user: &mut User) -> proofload::Result {
        user.check("never runs", false)
    }
}

#[allow(dead_code, reason = "the compiler's own harness brings another `main`")]
fn main() -> std::process::ExitCode {
    proofload::main()
}
