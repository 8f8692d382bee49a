//! Standard output and standard error, which may be closed: `cargo test --test perf | head`.

use std::io::{self, Write};

/// Prints `text` on standard output.
pub(super) fn say(text: &str) {
    let mut out = io::stdout().lock();
    // A closed output loses nothing: the run record has every result.
    let _written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints `line` on standard error.
pub(super) fn complain(line: &str) {
    // A panic because standard error is closed would lose the results.
    let _written = writeln!(io::stderr(), "{line}");
}
