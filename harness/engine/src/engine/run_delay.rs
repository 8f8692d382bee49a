//! For how long the system has kept a thread waiting for a core although it could have run.

use std::cell::Cell;
use std::time::Duration;

/// For how long one thread waited for a core.
#[derive(Debug)]
pub(super) struct RunDelay {
    #[cfg(target_os = "linux")]
    file: Option<std::fs::File>,
    before: Cell<Option<Duration>>,
}

impl RunDelay {
    /// That of the thread that calls this.
    #[cfg(target_os = "linux")]
    pub(super) fn of_this_thread() -> RunDelay {
        let delay = RunDelay { file: std::fs::File::open("/proc/thread-self/schedstat").ok(), before: Cell::new(None) };
        delay.before.set(delay.read());
        delay
    }

    /// This system has no such figure.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn of_this_thread() -> RunDelay {
        RunDelay { before: Cell::new(None) }
    }

    #[cfg(test)]
    pub(super) fn unknown() -> RunDelay {
        RunDelay {
            #[cfg(target_os = "linux")]
            file: None,
            before: Cell::new(None),
        }
    }

    /// How long the thread waited for a core since this was last asked; 0 where the system has no such figure.
    pub(super) fn since_last(&self) -> Duration {
        let now = self.read();
        let before = self.before.replace(now);
        now.zip(before).map_or(Duration::ZERO, |(now, before)| now.saturating_sub(before))
    }

    /// The second of three numbers: nanoseconds on a core, nanoseconds of waiting for one, and turns.
    #[cfg(target_os = "linux")]
    fn read(&self) -> Option<Duration> {
        use std::os::unix::fs::FileExt;

        let mut text = [0; 96];
        let length = self.file.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(&text[..length]).ok()?;
        Some(Duration::from_nanos(text.split_ascii_whitespace().nth(1)?.parse().ok()?))
    }

    #[cfg(not(target_os = "linux"))]
    fn read(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_sleeps_does_not_wait_for_a_core() {
        let delay = RunDelay::of_this_thread();
        let asleep = std::time::Instant::now();
        std::thread::sleep(Duration::from_millis(20));
        // It may have waited after it was woken.
        assert!(delay.since_last() + Duration::from_millis(19) < asleep.elapsed());
    }
}
