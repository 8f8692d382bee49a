//! Keeps the output file of a server short: [`OutputLimit`].

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What is kept of a long output, in bytes.
const KEPT_AT_START: u64 = 1 << 20;
const KEPT_AT_END: u64 = 2 << 20;

/// A longer output is cut: what is kept at its end does not overlap the place where it is moved to.
const LONGEST: u64 = KEPT_AT_START + 3 * KEPT_AT_END;

/// How far an end of a line is looked for, so that no line is cut in two.
const LONGEST_LINE: usize = 64 * 1024;

/// From one look at the length to the next.
const INTERVAL: Duration = Duration::from_millis(200);

/// A thread that watches the length of an output file. A server writes to the file itself, so nothing that it prints makes
/// it wait, and nothing is lost when the test binary is killed.
///
/// While the server runs, the middle of a long output is given back to the file system, which leaves a hole in the file.
/// Once it has ended, the hole is replaced by a line that says how much was left out.
#[derive(Debug)]
pub(super) struct OutputLimit {
    path: PathBuf,
    ended: Sender<()>,
    thread: JoinHandle<()>,
}

impl OutputLimit {
    pub(super) fn watch(path: &Path) -> io::Result<OutputLimit> {
        let file = OpenOptions::new().write(true).open(path)?;
        let (ended, when_ended) = mpsc::channel::<()>();
        let watch = move || {
            let mut freed_until = KEPT_AT_START;
            while when_ended.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                // Not every file system can; then the file is long until the server ends.
                free_middle(&file, &mut freed_until).ok();
            }
        };
        let thread = thread::Builder::new().name("server output".to_owned()).spawn(watch)?;
        Ok(OutputLimit { path: path.to_owned(), ended, thread })
    }

    /// The server has ended.
    pub(super) fn finish(self) {
        drop(self.ended);
        self.thread.join().ok();
        // The file may be gone, or stay long: neither is a fault of the test.
        shorten(&self.path).ok();
    }
}

/// Gives the middle of a long file back to the file system. Its length, and so where a server goes on writing, stays.
fn free_middle(file: &File, freed_until: &mut u64) -> io::Result<()> {
    let length = file.metadata()?.len();
    let until = length.saturating_sub(KEPT_AT_END);
    // A server may empty the file itself.
    let more = until.saturating_sub(*freed_until);
    if length > LONGEST && more > KEPT_AT_END {
        free(file, *freed_until, more)?;
        *freed_until = until;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn free(file: &File, from: u64, bytes: u64) -> io::Result<()> {
    use rustix::fs::FallocateFlags;
    Ok(rustix::fs::fallocate(file, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, from, bytes)?)
}

#[cfg(not(target_os = "linux"))]
fn free(_file: &File, _from: u64, _bytes: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Replaces the middle of a long file by a line that says how much was left out.
fn shorten(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    if length <= LONGEST {
        return Ok(());
    }
    let mut start = vec![0; KEPT_AT_START as usize];
    file.read_exact_at(&mut start, 0)?;
    let whole_lines = start.iter().rev().take(LONGEST_LINE).position(|byte| *byte == b'\n');
    start.truncate(start.len() - whole_lines.unwrap_or_default());
    let mut end = vec![0; KEPT_AT_END as usize];
    file.read_exact_at(&mut end, length - KEPT_AT_END)?;
    let begun_line = end.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n').map_or(0, |line_end| line_end + 1);
    let end = &end[begun_line..];
    let left_out = length - (start.len() + end.len()) as u64;
    let line_break = if start.ends_with(b"\n") { "" } else { "\n" };
    let line = format!("{line_break}… {:.1} MB of output were left out here …\n", left_out as f64 / 1e6);
    file.write_all_at(&[line.as_bytes(), end].concat(), start.len() as u64)?;
    file.set_len((start.len() + line.len() + end.len()) as u64)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn write_lines(file: &mut File, numbers: std::ops::Range<u32>) {
        let lines: String = numbers.map(|number| format!("line {number:>9} {}\n", "x".repeat(85))).collect();
        file.write_all(lines.as_bytes()).unwrap();
    }

    #[test]
    fn a_long_output_keeps_its_start_and_its_end_and_says_how_much_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.log");
        let mut file = OpenOptions::new().append(true).create_new(true).open(&path).unwrap();
        let mut freed_until = KEPT_AT_START;
        // 50 MB, of which the middle may be freed meanwhile; a server appends.
        for hundred_thousand in 0..5 {
            write_lines(&mut file, hundred_thousand * 100_000..(hundred_thousand + 1) * 100_000);
            let writable = OpenOptions::new().write(true).open(&path).unwrap();
            free_middle(&writable, &mut freed_until).ok();
        }
        shorten(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!((text.len() as u64) < KEPT_AT_START + KEPT_AT_END + 200, "{} bytes", text.len());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("line         0 ") && lines[lines.len() - 1].starts_with("line    499999 "));
        assert!(!text.contains('\0') && lines.iter().all(|line| line.len() == 100 || line.starts_with('…')));
        let left_out = 500_000 - (lines.len() as u64 - 1);
        let expected = format!("… {:.1} MB of output were left out here …", left_out as f64 * 101.0 / 1e6);
        assert_eq!(lines.iter().filter(|line| **line == expected).count(), 1, "{expected}");
    }

    #[test]
    fn an_output_of_ordinary_length_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.log");
        write_lines(&mut File::create(&path).unwrap(), 0..50_000);
        let before = std::fs::read(&path).unwrap();
        OutputLimit::watch(&path).unwrap().finish();
        assert!(std::fs::read(&path).unwrap() == before);
    }
}
