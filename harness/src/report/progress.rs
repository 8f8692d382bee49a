//! What is shown of a running test: a line, or the small table of a command.

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
    /// The median response time of the last second; `None` before the first, or if the times are not watched.
    pub p50_s: Option<f64>,
    /// Its 95th percentile; `None` with too few samples, too.
    pub p95_s: Option<f64>,
    /// Requests that did not succeed.
    pub failed: u64,
    /// Requests that were sent and have not ended.
    pub in_flight: u64,
    /// Users that have started.
    pub users: u64,
}

/// `12 s of 30 s · 5,230 requests · 1,020/s · 3 failed · 100 users`, and `1,020/s of 1,000/s` in an open workload.
///
/// Whole seconds and fixed widths, so that the line does not jump.
pub fn line(progress: &RunProgress) -> String {
    let (time, sent) = how_far(progress);
    let rate = progress.rate_per_s.map_or_else(|| "-/s".to_owned(), figure::rate);
    let planned = progress.planned_per_s.map_or_else(String::new, |planned| format!(" of {}", figure::rate(planned)));
    let users =
        if progress.users == 1 { "1 user".to_owned() } else { format!("{} users", figure::count(progress.users)) };
    let times = [("p50", progress.p50_s), ("p95", progress.p95_s)].into_iter();
    let times = times.filter_map(|(name, time_s)| Some(format!(" · {name} {}", figure::time(time_s?))));
    let times: String = times.collect();
    format!("{time} · {sent} · {rate:>8}{planned}{times} · {} failed · {users}", figure::count(progress.failed))
}

/// The elapsed time, and how many requests were sent.
fn how_far(progress: &RunProgress) -> (String, String) {
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
    (time, sent)
}

/// The test `name` in three lines of fixed columns, with a sparkline of `rates`, one of each of the last seconds.
pub fn table(name: &str, progress: &RunProgress, rates: &[f64]) -> String {
    let (time, sent) = how_far(progress);
    let time = time.trim_start();
    let planned = progress.planned_per_s.map_or_else(String::new, |planned| format!(" of {}", figure::rate(planned)));
    let figures = [
        ("rate", progress.rate_per_s.map(|rate| format!("{}{planned}", figure::rate(rate))), 18),
        ("p50", progress.p50_s.map(figure::time), 9),
        ("p95", progress.p95_s.map(figure::time), 9),
        ("failed", Some(figure::count(progress.failed)), 8),
        ("in flight", Some(figure::count(progress.in_flight)), 9),
        ("users", Some(figure::count(progress.users)), 7),
    ];
    let names: String = figures.iter().map(|(name, _, width)| format!("  {name:>width$}")).collect();
    let values = figures.iter().map(|(_, value, width)| format!("  {:>width$}", value.as_deref().unwrap_or("-")));
    let values: String = values.collect();
    let last = format!("{values}   {}", sparkline(rates));
    format!("{name}: {time}, {sent}\n{names}   last 30 s\n{}", last.trim_end())
}

/// One bar for each number, from nothing to the greatest of them.
fn sparkline(numbers: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let greatest = numbers.iter().copied().fold(0.0, f64::max);
    let bar = |number: &f64| match greatest > 0.0 {
        true => BARS[((number / greatest * 8.0).ceil() as usize).clamp(1, 8) - 1],
        false => BARS[0],
    };
    numbers.iter().map(bar).collect()
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
        p50_s: None,
        p95_s: None,
        failed: 3,
        in_flight: 99,
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
    fn recent_times_are_shown_where_they_are_known() {
        let progress = RunProgress { p50_s: Some(0.0123), p95_s: Some(0.045), ..HALFWAY };
        let expected = " 12 s of 30 s · 5,230 requests ·  1,020/s · p50 12.3 ms · p95 45.0 ms · 3 failed · 100 users";
        assert_eq!(line(&progress), expected);
    }

    #[test]
    fn a_command_shows_a_table_whose_columns_stay_where_they_are() {
        let later = RunProgress { p50_s: Some(0.0123), p95_s: Some(0.045), planned_per_s: Some(1_000.0), ..HALFWAY };
        let text = format!("{}\n\n{}", table("closed", &HALFWAY, &[]), table("open", &later, &[0.0, 500.0, 1_000.0]));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_sparkline_reaches_from_nothing_to_the_greatest() {
        assert_eq!(sparkline(&[0.0, 1.0, 4.0, 8.0]), "▁▁▄█");
        assert_eq!((sparkline(&[]), sparkline(&[0.0, 0.0])), (String::new(), "▁▁".to_owned()));
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
