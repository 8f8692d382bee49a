//! A line every 30 s, or every 10 s of a command, while a test runs and no terminal shows its progress: a CI job that prints
//! nothing looks as if it hung.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use super::output::complain;
use super::watched_run::{CurrentRun, ProgressForm};
use crate::cli::Progress;
use crate::fixture::Activity;

/// How long a test may be silent, and a command.
const PERIOD: Duration = Duration::from_secs(30);
const PERIOD_OF_COMMAND: Duration = Duration::from_secs(10);

/// Says once in a while that a test still runs, and what it does.
pub(super) struct Heartbeat<'a> {
    name: &'a str,
    current: &'a CurrentRun,
    activity: &'a Activity,
    began: Instant,
    /// When the next line is due, since the test began.
    due: Duration,
    period: Duration,
    is_wanted: bool,
}

impl<'a> Heartbeat<'a> {
    /// The test `name` begins now.
    pub(super) fn of(
        name: &'a str,
        (progress, form): (Progress, ProgressForm),
        current: &'a CurrentRun,
        activity: &'a Activity,
    ) -> Heartbeat<'a> {
        let is_wanted = progress == Progress::Auto && !stderr().is_terminal();
        let period = match form {
            ProgressForm::Line => PERIOD,
            ProgressForm::Table => PERIOD_OF_COMMAND,
        };
        Heartbeat { name, current, activity, began: Instant::now(), due: period, period, is_wanted }
    }

    /// Prints the line if it is due.
    pub(super) fn beat(&mut self) {
        if self.is_wanted
            && let Some(line) = self.line_at(self.began.elapsed())
        {
            complain(&line);
        }
    }

    /// The line that is due when the test has run for `elapsed`.
    fn line_at(&mut self, elapsed: Duration) -> Option<String> {
        if elapsed < self.due {
            return None;
        }
        // Lines that were missed, because the system did not let this thread run, are not made up for.
        while self.due <= elapsed {
            self.due += self.period;
        }
        let doing = self.activity.current().map(|step| step.to_string()).or_else(|| self.current.line());
        let doing = doing.unwrap_or_else(|| "between two measurements".to_owned());
        Some(format!("{} has run for {} s · {doing}", self.name, elapsed.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kind::Kind;
    use crate::measure::Live;
    use crate::session::watched_run::WatchedRun;
    use crate::settings::Settings;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn a_long_test_says_every_thirty_seconds_what_it_does() {
        let (current, activity) = (CurrentRun::default(), Activity::default());
        let mut heartbeat = Heartbeat::of("shop::basket", (Progress::Auto, ProgressForm::Line), &current, &activity);
        assert_eq!(heartbeat.line_at(S(29)), None);
        assert_eq!(heartbeat.line_at(S(30)).unwrap(), "shop::basket has run for 30 s · between two measurements");
        assert_eq!(heartbeat.line_at(S(31)), None);
        let workload = Settings::default().resolve(Kind::Load).unwrap();
        current.put(Some(WatchedRun::begin(&workload, &Arc::<Live>::default(), false)));
        let line = heartbeat.line_at(S(95)).unwrap();
        assert!(line.starts_with("shop::basket has run for 95 s · 0 s of 10 s · 0 requests"), "{line}");
        assert_eq!(heartbeat.line_at(S(119)), None, "one line for all that were missed");
        assert!(heartbeat.line_at(S(120)).is_some());
    }

    #[test]
    fn a_command_is_silent_for_ten_seconds_at_most() {
        let (current, activity) = (CurrentRun::default(), Activity::default());
        let mut heartbeat = Heartbeat::of("closed", (Progress::Auto, ProgressForm::Table), &current, &activity);
        let lines = [9, 10, 11, 20].map(|second| heartbeat.line_at(S(second)).is_some());
        assert_eq!(lines, [false, true, false, true]);
    }
}
