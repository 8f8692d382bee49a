//! The tables of tests that consist of several runs: the levels of a sweep, the probes of a search.

use crate::outcome::probe::{LoadLevel, ProbeRow, knee_of};
use crate::outcome::search::{Found, Purpose};
use crate::outcome::{CalibrationReport, Outcome, figure};
use crate::report::table::{Align, TextTable, shown};
use crate::report::words::word;

const FIGURES: [(&str, Align); 7] = [
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("throughput", Align::Right),
    ("mean", Align::Right),
    ("p95", Align::Right),
    ("p99", Align::Right),
    ("", Align::Left),
];

/// One row for each level, in the order of measurement. The knee is marked, and why a level did not hold.
pub fn sweep(rows: &[ProbeRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let knee = knee_of(rows);
    let mut columns = TextTable::new([("load", Align::Right)].into_iter().chain(FIGURES));
    for (index, row) in rows.iter().enumerate() {
        let knee = (knee == Some(index))
            .then(|| "knee: beyond this, throughput grows less than half as fast as the load".to_owned());
        let notes: Vec<String> = remark(row).into_iter().chain(knee).collect();
        columns.row([load(row)].into_iter().chain(figures(row)).chain([notes.join("; ")]));
    }
    columns.terminal(2)
}

/// One row for each probe, in the order of measurement, and below them what the search found.
pub fn capacity(rows: &[ProbeRow], found: &Found) -> String {
    let header = [("rate", Align::Right), ("probe", Align::Left), ("sent", Align::Right)];
    let mut columns = TextTable::new(header.into_iter().chain(FIGURES));
    for row in rows {
        let asked = [load(row), purpose(row.purpose).to_owned(), shown(row.sent_share, figure::percent)];
        columns.row(asked.into_iter().chain(figures(row)).chain([remark(row).unwrap_or_default()]));
    }
    let table = if rows.is_empty() { String::new() } else { columns.terminal(2) };
    format!("{table}  {}\n", answer(found))
}

/// How the rate of a test was derived from a capacity.
pub fn calibration(test: &str, calibration: &CalibrationReport) -> String {
    let CalibrationReport { found, found_by, share, .. } = calibration;
    let percent = figure::percent(*share);
    let rate = calibration.rate_per_s.map_or_else(|| "not known".to_owned(), figure::rate);
    if found_by == test {
        let table = capacity(&calibration.probes, found);
        return format!("{table}  rate: {rate}, which is {percent} of the capacity\n");
    }
    let capacity = shown(found.capacity_per_s, figure::rate);
    format!("  rate: {rate}, which is {percent} of the capacity of {capacity} that `{found_by}` found\n")
}

/// `level`, `search`, `repetition`, `confirmation`, `validation`.
fn purpose(purpose: Option<Purpose>) -> &'static str {
    match purpose {
        None => "level",
        Some(Purpose::Search) => "search",
        Some(Purpose::Repetition) => "repetition",
        Some(Purpose::Confirmation) => "confirmation",
        Some(Purpose::Validation) => "validation",
    }
}

fn load(row: &ProbeRow) -> String {
    match row.load {
        LoadLevel::Users(1) => "1 user".to_owned(),
        LoadLevel::Users(users) => format!("{} users", figure::count(users)),
        LoadLevel::PerSecond(rate) => figure::rate(rate),
    }
}

fn figures(row: &ProbeRow) -> [String; 6] {
    [
        figure::count(row.requests),
        shown(row.success_rate, figure::percent),
        shown(row.throughput_per_s, figure::rate),
        shown(row.mean_s, figure::time),
        shown(row.p95_s, figure::time),
        shown(row.p99_s, figure::time),
    ]
}

/// What the figures do not show.
fn remark(row: &ProbeRow) -> Option<String> {
    let borderline = row.borderline.then_some("borderline");
    let held = match row.outcome {
        Outcome::Passed => row.reason.clone(),
        outcome => Some(match &row.reason {
            Some(reason) => format!("{}: {reason}", word(outcome)),
            None => word(outcome).to_owned(),
        }),
    };
    let median = row.median.then(|| "median".to_owned());
    let judged = row.judged.then(|| "this run is judged".to_owned());
    let parts: Vec<String> =
        borderline.map(str::to_owned).into_iter().chain(held).chain(median).chain(judged).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What a search found, in a few words.
pub(crate) fn answer(found: &Found) -> String {
    let tallies = [(found.holds_at_per_s, found.holds_at_probes), (found.breaks_at_per_s, found.breaks_at_probes)];
    let mixed: String = tallies
        .into_iter()
        .filter_map(|(rate, probes)| probes.mixed(rate?))
        .map(|mixed| format!("; {mixed}"))
        .collect();
    if let Some(capacity) = found.capacity_per_s {
        return format!("capacity: {}{mixed}", figure::rate(capacity));
    }
    let limit =
        if found.limited_by_generator { "; the generator was the limit, so the server may handle more" } else { "" };
    let bracket = match (found.holds_at_per_s, found.breaks_at_per_s) {
        (Some(low), Some(high)) => format!("between {} and {}", figure::rate(low), figure::rate(high)),
        (Some(low), None) => format!("at least {}", figure::rate(low)),
        (None, Some(high)) => format!("below {}", figure::rate(high)),
        (None, None) => "unknown".to_owned(),
    };
    format!("capacity: not converged, {bracket}{mixed}{limit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::search::RateProbes;

    fn row(load: LoadLevel, throughput_per_s: f64, p95_s: f64, reason: Option<&str>) -> ProbeRow {
        ProbeRow {
            load,
            purpose: matches!(load, LoadLevel::PerSecond(_)).then_some(Purpose::Search),
            outcome: if reason.is_some() { Outcome::Failed } else { Outcome::Passed },
            reason: reason.map(str::to_owned),
            borderline: false,
            judged: false,
            median: false,
            requests: (throughput_per_s * 5.0) as u64,
            sent_share: matches!(load, LoadLevel::PerSecond(_)).then_some(1.0),
            success_rate: Some(1.0),
            throughput_per_s: Some(throughput_per_s),
            mean_s: Some(p95_s / 2.0),
            p95_s: Some(p95_s),
            p99_s: None,
        }
    }

    #[test]
    fn a_sweep_has_a_row_for_each_level_and_marks_the_knee() {
        let breach = "`p95 < 50ms` was breached: 81.0 ms (+62 %)";
        let rows = [
            row(LoadLevel::Users(1), 98.0, 0.0102, None),
            row(LoadLevel::Users(2), 194.0, 0.0104, None),
            row(LoadLevel::Users(5), 240.0, 0.0208, None),
            row(LoadLevel::Users(10), 246.0, 0.081, Some(breach)),
        ];
        insta::assert_snapshot!(sweep(&rows));
    }

    #[test]
    fn a_search_shows_every_probe_and_what_it_found() {
        let mut rows = vec![
            row(LoadLevel::PerSecond(400.0), 400.0, 0.012, None),
            row(LoadLevel::PerSecond(800.0), 612.0, 1.9, Some("`p95 < 50ms` was breached: 1.90 s (+3,700 %)")),
            row(LoadLevel::PerSecond(566.0), 565.0, 0.048, None),
            row(LoadLevel::PerSecond(566.0), 566.0, 0.041, None),
        ];
        rows[2].borderline = true;
        rows[3].purpose = Some(Purpose::Validation);
        let found = Found { capacity_per_s: Some(566.0), holds_at_per_s: Some(566.0), ..Found::default() };
        insta::assert_snapshot!(capacity(&rows, &found));
    }

    #[test]
    fn a_search_that_did_not_converge_shows_its_bracket_and_what_limited_it() {
        let found = Found { holds_at_per_s: Some(400.0), breaks_at_per_s: Some(800.0), ..Found::default() };
        assert_eq!(capacity(&[], &found), "  capacity: not converged, between 400/s and 800/s\n");
        let limited = Found { limited_by_generator: true, ..found };
        assert!(capacity(&[], &limited).contains("the generator was the limit"));
        assert_eq!(capacity(&[], &Found::default()), "  capacity: not converged, unknown\n");
    }

    #[test]
    fn a_rate_derived_from_a_capacity_names_it_and_shows_the_probes_in_the_test_that_made_them() {
        let found = Found { capacity_per_s: Some(497.0), holds_at_per_s: Some(497.0), ..Found::default() };
        let mut validation = row(LoadLevel::PerSecond(497.0), 497.0, 0.004, None);
        validation.reason = Some("holds, although the generator was late".to_owned());
        let probes = vec![row(LoadLevel::PerSecond(400.0), 400.0, 0.003, None), validation];
        let report = CalibrationReport::new(0.5, "agent::half".to_owned(), found, probes);
        insta::assert_snapshot!(calibration("agent::half", &report));
        let shared = calibration("agent::most", &report);
        assert_eq!(shared, "  rate: 248/s, which is 50.0 % of the capacity of 497/s that `agent::half` found\n");
        let unknown = CalibrationReport::new(0.5, report.found_by, Found::default(), Vec::new());
        assert!(calibration("agent::half", &unknown).contains("rate: not known"));
    }

    #[test]
    fn the_run_that_is_judged_is_marked() {
        let mut rows = [98.0, 94.0, 96.0].map(|per_s| row(LoadLevel::Users(1), per_s, 0.0102, None));
        rows[2].judged = true;
        let text = sweep(&rows);
        let marked: Vec<bool> = text.lines().skip(1).map(|line| line.contains("this run is judged")).collect();
        assert_eq!(marked, [false, false, true], "{text}");
    }

    #[test]
    fn a_rate_whose_probes_disagree_is_called_neither_held_nor_broken_alone() {
        let probes = RateProbes { held: 2, failed: 1 };
        let found = Found {
            holds_at_per_s: Some(8_000.0),
            breaks_at_per_s: Some(16_000.0),
            breaks_at_probes: probes,
            ..Found::default()
        };
        let expected = "  capacity: not converged, between 8,000/s and 16,000/s; 16,000/s held in 2 of 3 probes\n";
        assert_eq!(capacity(&[], &found), expected);
        let found = Found { capacity_per_s: Some(8_000.0), holds_at_probes: probes, ..found };
        assert!(
            capacity(&[], &found).contains("capacity: 8,000/s; 8,000/s held in 2 of 3 probes"),
            "{}",
            capacity(&[], &found)
        );
    }

    #[test]
    fn without_levels_there_is_no_table() {
        assert_eq!(sweep(&[]), "");
    }
}
