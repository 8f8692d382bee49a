//! The line under a running test.

use std::time::Duration;

use crate::outcome::figure;

/// When a running test is expected to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedEnd {
    /// After this many requests.
    Requests(u64),
    /// After this time.
    Duration(Duration),
    /// Not known.
    Unknown,
}

/// What is known while a test runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunProgress {
    /// Since the load began.
    pub elapsed: Duration,
    /// When it will end.
    pub expected: ExpectedEnd,
    /// Requests sent.
    pub sent: u64,
    /// Recent requests each second; `None` before the first.
    pub rate_per_s: Option<f64>,
    /// Arrivals each second that are planned now; `None` in a closed workload.
    pub planned_per_s: Option<f64>,
    /// Requests that did not succeed.
    pub failed: u64,
    /// Users that have started.
    pub users: u64,
}

/// `12 s of 30 s · 5,230 requests · 1,020/s · 3 failed · 100 users`, and `1,020/s of 1,000/s` in an open workload.
///
/// Whole seconds and fixed widths, so that the line does not jump.
pub fn line(progress: &RunProgress) -> String {
    let seconds = progress.elapsed.as_secs();
    let time = match progress.expected {
        ExpectedEnd::Duration(expected) => format!("{seconds:>3} s of {} s", expected.as_secs_f64().ceil()),
        _ => format!("{seconds:>3} s"),
    };
    let sent = match progress.expected {
        ExpectedEnd::Requests(expected) => {
            format!("{} of {} requests", figure::count(progress.sent), figure::count(expected))
        }
        _ => format!("{} requests", figure::count(progress.sent)),
    };
    let rate = progress.rate_per_s.map_or_else(|| "-/s".to_owned(), figure::rate);
    let planned = progress.planned_per_s.map_or_else(String::new, |planned| format!(" of {}", figure::rate(planned)));
    let users =
        if progress.users == 1 { "1 user".to_owned() } else { format!("{} users", figure::count(progress.users)) };
    format!("{time} · {sent} · {rate:>8}{planned} · {} failed · {users}", figure::count(progress.failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALFWAY: RunProgress = RunProgress {
        elapsed: Duration::from_millis(12_400),
        expected: ExpectedEnd::Duration(Duration::from_secs(30)),
        sent: 5_230,
        rate_per_s: Some(1_023.4),
        planned_per_s: None,
        failed: 3,
        users: 100,
    };

    #[test]
    fn a_test_with_a_duration_shows_how_much_of_it_is_over() {
        assert_eq!(line(&HALFWAY), " 12 s of 30 s · 5,230 requests ·  1,020/s · 3 failed · 100 users");
    }

    #[test]
    fn a_test_with_a_number_of_requests_shows_how_many_there_will_be() {
        let progress = RunProgress { expected: ExpectedEnd::Requests(10_000), ..HALFWAY };
        assert_eq!(line(&progress), " 12 s · 5,230 of 10,000 requests ·  1,020/s · 3 failed · 100 users");
    }

    #[test]
    fn a_rate_that_is_not_known_yet_is_not_zero() {
        let progress = RunProgress { expected: ExpectedEnd::Unknown, rate_per_s: None, users: 1, ..HALFWAY };
        assert_eq!(line(&progress), " 12 s · 5,230 requests ·      -/s · 3 failed · 1 user");
    }

    #[test]
    fn a_planned_rate_is_shown_beside_the_actual_rate() {
        let progress = RunProgress { planned_per_s: Some(1_000.0), ..HALFWAY };
        let expected = " 12 s of 30 s · 5,230 requests ·  1,020/s of 1,000/s · 3 failed · 100 users";
        assert_eq!(line(&progress), expected);
    }
}
