//! Standard output and standard error, which may be closed: `cargo test --test perf | head`.

use std::io::{self, Write};

use crate::text;

/// Prints `text` on standard output; no line of it is a command to a CI system.
pub(super) fn say(text: &str) {
    print_commands(&text::without_commands(text));
}

/// Prints `text`, whose lines are commands of ours to a CI system.
pub(super) fn print_commands(text: &str) {
    let mut out = io::stdout().lock();
    // A closed output loses nothing: the run record has every result.
    let _written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints `line` on standard error.
pub(super) fn complain(line: &str) {
    // A panic because standard error is closed would lose the results.
    let _written = writeln!(io::stderr(), "{}", text::message(line));
}
