//! Code as the project's own rustfmt has it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The code as `rustfmt` writes it in this folder, with the project's settings; as it is, if there is no rustfmt.
pub(super) fn formatted(code: &str, folder: &Path, edition: &str) -> String {
    let formatted = || -> Option<String> {
        let mut rustfmt = Command::new("rustfmt")
            .args(["--edition", edition, "--emit", "stdout"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        // Read to its end before anything is written, so neither side waits for the other; dropped, the input ends.
        let written = rustfmt.stdin.take().map(|mut input| input.write_all(code.as_bytes()));
        let output = rustfmt.wait_with_output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        (matches!(written, Some(Ok(()))) && output.status.success() && !text.is_empty()).then_some(text)
    };
    formatted().unwrap_or_else(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_rustfmt_cannot_read_stays_as_it_is() {
        assert_eq!(formatted("fn (", Path::new("."), "2021"), "fn (");
    }
}
