//! Verdicts: the leak of proof 10; for its capacity see `capacity`.

use proofload_testing::specification::Specification;

use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification =
    &[("verdict: the leak of a leaky server is found, and none in a server that does not leak", leak)];

fn leak() {
    // About a hundred requests a second that keep 16 KiB each: 94 MiB a minute, in one run with a server that keeps nothing.
    let run = Proof { test: "probe::soak::keeps", configure: "leak_bytes=16384" }.valid();
    assert_eq!(run.outcome(), "failed", "{}", run.why());
    let reason = run.test["reason"].as_str().unwrap_or_default();
    println!("    {reason}\n    {}", run.test["warnings"]);
    assert!(reason.contains("`leaky` leaks"), "{}", run.why());
    assert!(!reason.contains("`hello` leaks"), "{}", run.why());
    assert!(run.test["warnings"].to_string().contains("`hello` does not leak"), "{}", run.why());
}
