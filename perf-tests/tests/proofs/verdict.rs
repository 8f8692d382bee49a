//! Verdicts: the leak of proof 10; for its capacity see `capacity`.

use crate::run::{Proof, Trials};

pub(crate) const TRIALS: Trials =
    &[("verdict: the leak of a leaky server is found, and none in a server that does not leak", leak)];

fn leak() {
    // About a hundred requests a second that keep 16 KiB each: 94 MiB a minute, in one run with a server that keeps nothing.
    let told = Proof { test: "probe::soak::keeps", configure: "leak_bytes=16384" }.valid();
    assert_eq!(told.outcome(), "failed", "{}", told.why());
    let reason = told.test["reason"].as_str().unwrap_or_default();
    println!("    {reason}\n    {}", told.test["warnings"]);
    assert!(reason.contains("`leaky` leaks"), "{}", told.why());
    assert!(!reason.contains("`hello` leaks"), "{}", told.why());
    assert!(told.test["warnings"].to_string().contains("`hello` does not leak"), "{}", told.why());
}
