//! The tables of tests that are several runs: repetitions, the levels of a sweep, the probes of a search for capacity.

use crate::outcome::{Outcome, ProbeRow, RunReport, TestReport, figure};
use crate::report::paint::Paint;
use crate::report::table::{Align, Columns, shown};
use crate::report::words::{part, word};

const HEADER: [(&str, Align); 10] = [
    ("", Align::Left),
    ("load", Align::Right),
    ("sent", Align::Right),
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("throughput", Align::Right),
    ("mean", Align::Right),
    ("p95", Align::Right),
    ("p99", Align::Right),
    ("", Align::Left),
];

/// The runs of every test that was several; empty text when there is none.
pub fn several(run: &RunReport, paint: Paint) -> String {
    let tests = run.tests.iter().filter(|test| !test.runs.is_empty());
    let tables: Vec<String> = tests.map(|test| of_test(test, paint)).collect();
    tables.join("\n")
}

/// One row a run, in order. The knee of a sweep is marked, the run that was judged, and why one did not hold.
pub fn runs(rows: &[ProbeRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new(HEADER);
    rows.iter().for_each(|row| columns.row(cells(row)));
    columns.terminal(2)
}

fn of_test(test: &TestReport, paint: Paint) -> String {
    let title = paint.heading(&format!("{} in {} runs", test.name, test.runs.len()));
    let capacity = test.measured.as_ref().and_then(|measured| measured.capacity_per_s);
    let capacity = capacity.map_or_else(String::new, |capacity| format!("  capacity: {}\n", figure::rate(capacity)));
    format!("{title}\n{}{capacity}", runs(&test.runs))
}

fn cells(row: &ProbeRow) -> Vec<String> {
    let times = &row.total.response_time;
    let percentile = |percent| shown(figure::percentile_s(times, percent), figure::time);
    vec![
        part(row.part).to_owned(),
        load(row),
        shown(row.sent_share, figure::percent),
        figure::count(row.total.requests.intended),
        shown(row.total.requests.success_rate(), figure::percent),
        shown(row.total.throughput_per_s, figure::rate),
        shown(times.mean_s, figure::time),
        percentile(95.0),
        percentile(99.0),
        remarks(row),
    ]
}

fn load(row: &ProbeRow) -> String {
    match row.load as u64 {
        _ if row.is_rate => figure::rate(row.load),
        1 => "1 user".to_owned(),
        users => format!("{} users", figure::count(users)),
    }
}

/// What the figures do not say themselves.
fn remarks(row: &ProbeRow) -> String {
    let is_borderline = row.thresholds.iter().any(|verdict| verdict.borderline);
    let marks = [
        (row.is_judged, "judged"),
        (row.is_knee, "knee: more load brings less than half of its share"),
        (is_borderline, "borderline"),
    ];
    let marks = marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark.to_owned());
    let unwell = (row.outcome != Outcome::Passed || !row.holds).then(|| match (&row.reason, row.holds) {
        (Some(reason), _) => format!("{}: {reason}", word(row.outcome)),
        (None, true) => word(row.outcome).to_owned(),
        (None, false) => "did not hold".to_owned(),
    });
    marks.chain(unwell).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::{Counts, Summary, Times};
    use crate::outcome::{RunPart, samples};

    /// Five seconds at `throughput_per_s`, each request as long.
    fn row(part: RunPart, load: f64, throughput_per_s: f64, millis: u64) -> ProbeRow {
        let ok = (throughput_per_s * 5.0) as u64;
        let total = Summary {
            requests: Counts { intended: ok, ok, ..Counts::default() },
            response_time: Times::of((0..ok).map(|_| Duration::from_millis(millis))),
            throughput_per_s: Some(throughput_per_s),
            ..Summary::default()
        };
        let is_rate = part != RunPart::Level;
        ProbeRow {
            part,
            load,
            is_rate,
            outcome: Outcome::Passed,
            reason: None,
            holds: true,
            is_judged: false,
            is_knee: false,
            span: Duration::from_secs(5),
            total,
            sent_share: is_rate.then_some(1.0),
            thresholds: Vec::new(),
        }
    }

    fn breached(row: ProbeRow, reason: &str) -> ProbeRow {
        ProbeRow { outcome: Outcome::Failed, reason: Some(reason.to_owned()), holds: false, ..row }
    }

    #[test]
    fn a_sweep_has_a_row_for_each_level_and_marks_the_knee() {
        let rows = [
            row(RunPart::Level, 1.0, 98.0, 10),
            ProbeRow { is_knee: true, ..row(RunPart::Level, 2.0, 194.0, 10) },
            row(RunPart::Level, 5.0, 240.0, 21),
            breached(row(RunPart::Level, 10.0, 246.0, 81), "`p95 < 50ms` was breached: 81.0 ms (+62 %)"),
        ];
        insta::assert_snapshot!(runs(&rows));
    }

    #[test]
    fn a_search_shows_every_probe_and_what_it_found() {
        let breach = "`p95 < 50ms` was breached: 1.90 s (+3,700 %)";
        let mut test = samples::passed();
        test.runs = vec![
            row(RunPart::Probe, 400.0, 400.0, 12),
            breached(row(RunPart::Probe, 800.0, 612.0, 1_900), breach),
            ProbeRow { holds: false, sent_share: Some(0.97), ..row(RunPart::Probe, 566.0, 549.0, 48) },
            ProbeRow { is_judged: true, ..row(RunPart::Validation, 490.0, 490.0, 41) },
        ];
        test.measured.as_mut().expect("figures").capacity_per_s = Some(490.0);
        let run = RunReport { tests: vec![samples::case(200), test], ..samples::run() };
        insta::assert_snapshot!(several(&run, Paint::plain()));
    }

    #[test]
    fn a_test_of_one_run_has_no_such_table() {
        assert_eq!((runs(&[]), several(&samples::run(), Paint::plain())), (String::new(), String::new()));
    }
}
