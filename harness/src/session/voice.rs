//! What is said on the standard streams, which may be gone: `cargo test --test perf | head`.

use std::io::{self, Write};

/// Says `text` on standard output.
pub(super) fn say(text: &str) {
    let mut out = io::stdout().lock();
    // Nobody reads it any more; the run record has it all.
    let _heard = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Says `line` on standard error.
pub(super) fn complain(line: &str) {
    // As above: to panic because nobody listens would lose the results.
    let _heard = writeln!(io::stderr(), "{line}");
}
