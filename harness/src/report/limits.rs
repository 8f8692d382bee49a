//! The table of limits: each figure with its confidence interval beside the limit.

use super::paint::Paint;
use super::table::{Align, TextTable, shown};
use crate::outcome::{Outcome, RunReport, TestReport, ThresholdVerdict, figure};
use crate::text::markdown_code;

const HEADER: [(&str, Align); 5] = [
    ("test", Align::Left),
    ("limit", Align::Left),
    ("actual", Align::Right),
    ("95 % interval", Align::Left),
    ("", Align::Left),
];

/// For a terminal: for each test the limit closest to its interval, and every limit that was breached or is borderline;
/// the record has them all. Empty if no figure has an interval.
pub(crate) fn limits(run: &RunReport, paint: Paint) -> String {
    let Some(columns) = table(run, str::to_owned, str::to_owned) else { return String::new() };
    let text = columns.terminal(2);
    let (header, rows) = text.split_once('\n').unwrap_or((&text, ""));
    let title = paint.heading("Limits (the closest of each test)");
    format!("{title}\n{}\n{rows}", paint.dimmed(header))
}

/// The same in Markdown, with everything but `ok` in bold.
pub(super) fn limits_markdown(run: &RunReport) -> Option<String> {
    let code = markdown_code;
    let emphasised = |mark: &str| if mark == OK { mark.to_owned() } else { format!("**{mark}**") };
    table(run, code, emphasised).map(|columns| columns.markdown())
}

/// `412 ms to 455 ms`, or a dash without an interval.
pub(super) fn interval_of(verdict: &ThresholdVerdict) -> String {
    shown(verdict.interval, |interval| figure::interval(verdict.threshold.metric, interval))
}

const OK: &str = "ok";

/// `ok` or `breached`, and why it may be wrong.
pub(crate) fn mark(verdict: &ThresholdVerdict, outcome: Outcome) -> String {
    let mark = match outcome {
        _ if verdict.holds => OK,
        // A certain breach would have failed the test: here the generator may be the cause.
        Outcome::Invalid => "inconclusive",
        _ => "breached",
    };
    match &verdict.doubt {
        Some(_) if verdict.actual.is_none() => "no data".to_owned(),
        // A share of a baseline that there is not, or that is of another machine.
        _ if verdict.threshold.limit().is_nan() => "not judged".to_owned(),
        Some(_) => format!("{mark}, but too few samples"),
        None if verdict.borderline => format!("{mark}, borderline"),
        None => mark.to_owned(),
    }
}

fn table(run: &RunReport, code: impl Fn(&str) -> String, emphasised: impl Fn(&str) -> String) -> Option<TextTable> {
    let mut columns = TextTable::new(HEADER);
    let mut any = false;
    for (test, verdict) in run.tests.iter().flat_map(|test| worth_showing(test).map(move |verdict| (test, verdict))) {
        let threshold = &verdict.threshold;
        let actual = shown(verdict.actual, |actual| figure::beside_limit(threshold, actual));
        let resolved = threshold.relative.is_some().then(|| format!(" {}", figure::limit(threshold, verdict.actual)));
        let limit = format!("{}{}", code(&threshold.to_string()), resolved.as_deref().map(&code).unwrap_or_default());
        columns.row([
            code(&test.name_of(verdict.arm.as_deref())),
            limit,
            actual,
            interval_of(verdict),
            emphasised(&mark(verdict, test.outcome)),
        ]);
        any = true;
    }
    any.then_some(columns)
}

/// In the order of declaration.
fn worth_showing(test: &TestReport) -> impl Iterator<Item = &ThresholdVerdict> {
    let precise = || test.thresholds.iter().filter(|verdict| verdict.interval.is_some() || verdict.borderline);
    let nearest = precise().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    precise().filter(move |verdict| {
        let is_nearest = nearest.is_some_and(|nearest| std::ptr::eq(nearest, *verdict));
        is_nearest || verdict.borderline || !verdict.holds
    })
}

/// How far the figure is from its limit, where 1 is the end of the interval on that side: below 1 the limit lies inside.
fn distance(verdict: &ThresholdVerdict) -> f64 {
    let Some(((low, high), actual)) = verdict.interval.zip(verdict.actual) else { return f64::INFINITY };
    let limit = verdict.threshold.limit();
    let half = if limit < actual { actual - low } else { high - actual };
    if half > 0.0 && limit.is_finite() { (limit - actual).abs() / half } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    /// The limits that are shown if the figures have these intervals.
    fn shown_limits(intervals: &[Option<(f64, f64)>]) -> Vec<String> {
        let mut test = samples::open();
        for (verdict, interval) in test.thresholds.iter_mut().zip(intervals) {
            (verdict.interval, verdict.borderline, verdict.holds) = (*interval, false, true);
        }
        worth_showing(&test).map(|verdict| verdict.threshold.to_string()).collect()
    }

    #[test]
    fn the_limit_closest_to_its_interval_is_shown() {
        // p95 is 280.5 ms of 280 ms allowed, the mean 148 ms of 1 s: half a millisecond of 10, and 852 of 10.
        let narrow = [Some((0.2705, 0.2905)), Some((0.138, 0.158)), None];
        assert_eq!(shown_limits(&narrow), ["p95 < 280ms"]);
        assert_eq!(shown_limits(&[None, Some((0.138, 0.158)), None]), ["mean < 1s"]);
        assert_eq!(shown_limits(&[None, None, None]), [""; 0]);
    }

    #[test]
    fn an_interval_of_width_zero_is_infinitely_far_from_its_limit() {
        let mut verdict = samples::open().thresholds.swap_remove(1);
        verdict.interval = verdict.actual.map(|actual| (actual, actual));
        assert_eq!(distance(&verdict), f64::INFINITY);
    }

    #[test]
    fn a_breached_and_a_borderline_limit_are_shown_beside_the_closest() {
        let run = RunReport { tests: vec![samples::open(), samples::passed()], ..samples::run() };
        insta::assert_snapshot!(limits(&run, Paint::plain()));
        insta::assert_snapshot!(limits_markdown(&run).expect("one test has intervals"));
    }

    #[test]
    fn without_intervals_there_is_no_table() {
        let run = RunReport { tests: vec![samples::passed(), samples::ignored()], ..samples::run() };
        assert_eq!(limits(&run, Paint::plain()), "");
        assert_eq!(limits_markdown(&run), None);
    }
}
