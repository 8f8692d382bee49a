//! How many processes offer the load of the proofs that run now.

use std::cell::Cell;
use std::process::Command;
use std::sync::OnceLock;

use proofload_testing::perf_binary::Workspace;

thread_local! {
    static WORKERS: Cell<usize> = const { Cell::new(1) };
}

/// The arguments with which a probe is started.
pub(crate) fn arguments() -> Vec<String> {
    match WORKERS.get() {
        1 => Vec::new(),
        workers => vec!["--workers".to_owned(), workers.to_string()],
    }
}

/// The same proof of a load that two workers offer, within the same tolerances. Skipped, with a word, where a run of several
/// processes cannot be started; a failure if `CLUSTER=all` says that it can.
pub(crate) fn by_two(proof: fn()) {
    if let Some(why) = unavailable() {
        assert!(std::env::var_os("CLUSTER").is_none_or(|value| value != "all"), "{why}");
        return println!("    skipped: {why}");
    }
    WORKERS.set(2);
    // After a panic as well: the next proof is another one.
    let _one_again = OneAgain;
    proof();
}

struct OneAgain;

impl Drop for OneAgain {
    fn drop(&mut self) {
        WORKERS.set(1);
    }
}

/// Why no probe can have workers here.
fn unavailable() -> Option<&'static str> {
    static WHY: OnceLock<Option<&'static str>> = OnceLock::new();
    *WHY.get_or_init(|| {
        let printed = Workspace::new().run(&["--workers", "2", "--list"]).printed();
        let has_feature = !printed.contains("needs the feature `cluster`");
        match (has_feature, has_broker()) {
            (false, _) => Some("proofload is built without its feature `cluster`: `cargo test --workspace` has it"),
            (true, false) => Some("nats-server is not installed"),
            (true, true) => None,
        }
    })
}

fn has_broker() -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    Command::new("nats-server").arg("--version").env("PATH", path).output().is_ok()
}
