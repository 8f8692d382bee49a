//! Panics in tests and fixtures are reported once for each place, and their stack backtraces are kept in a file.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::collections::BTreeSet;
use std::fs::{OpenOptions, create_dir_all};
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::output::complain;
use crate::text::block;

/// How many panics are reported, from different places.
const MOST_REPORTED: usize = 20;

/// From now on a panic does not print its stack backtrace, which may be longer than everything else that a run prints.
///
/// With `RUST_BACKTRACE=1` the backtrace of each is in `panics.log` in this folder.
pub(super) fn print_briefly(folder: PathBuf) {
    let reported = Mutex::new(BTreeSet::new());
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let mut reported = reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() < MOST_REPORTED && reported.insert(place.clone()) {
            complain(&text(panic, &place, &folder));
        }
    }));
}

fn text(panic: &PanicHookInfo<'_>, place: &str, folder: &Path) -> String {
    let payload = panic.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("the payload is not text");
    let headline = headline(place, message);
    let backtrace = Backtrace::capture();
    if backtrace.status() != BacktraceStatus::Captured {
        return format!("\n{headline}\nnote: with `RUST_BACKTRACE=1`, its stack backtrace is kept in a file");
    }
    let file = folder.join("panics.log");
    match append(&file, &format!("{headline}\n{backtrace}\n")) {
        Ok(()) => format!("\n{headline}\nits stack backtrace: {}", file.display()),
        // Then the terminal is the only place for it.
        Err(error) => format!("\n{headline}\n{backtrace}\ncannot write {}: {error}", file.display()),
    }
}

/// The message may hold anything: the page of a server, the address of a database.
fn headline(place: &str, message: &str) -> String {
    format!("panicked at {place}:\n{}", block(message))
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_a_panic_is_short_and_without_passwords_wherever_it_is_written() {
        let text = headline("a.rs:1:2", &format!("no answer of postgres://me:secret@db: {}", "x".repeat(1 << 20)));
        assert!(text.starts_with("panicked at a.rs:1:2:\nno answer of postgres://***@db: x"), "{text}");
        assert!(text.len() < 2_000, "{} bytes", text.len());
    }
}
