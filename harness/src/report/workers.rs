//! The processes that offered a load together: a line about all, and a row for each.

use std::collections::BTreeSet;

use super::table::{Align, TextTable, shown};
use crate::measure::{Measured, WorkerFigures};
use crate::outcome::{RunReport, figure};
use crate::text::without_commands;

/// Rows that a report shows; the record has them all.
const MOST_SHOWN: usize = 200;

pub(super) const HEADINGS: [(&str, Align); 14] = [
    ("worker", Align::Right),
    ("machine", Align::Left),
    ("its part", Align::Right),
    ("requests", Align::Right),
    ("ok", Align::Right),
    ("ok rate", Align::Right),
    ("p50", Align::Right),
    ("p95", Align::Right),
    ("max", Align::Right),
    ("began late by", Align::Right),
    ("clock error", Align::Right),
    ("CPU", Align::Right),
    ("pacer lag p99", Align::Right),
    ("longest hiccup", Align::Right),
];

/// `4 workers on 2 machines: start skew 800 µs, clock error at most 100 µs`, of all tests together; `None` if one process offered every load.
pub(crate) fn workers_line(run: &RunReport) -> Option<String> {
    let tests: Vec<&Measured> =
        run.tests.iter().flat_map(|test| test.figures()).map(|(_, measured)| measured).collect();
    let workers: Vec<&WorkerFigures> = tests.iter().flat_map(|measured| &measured.workers).collect();
    let all: BTreeSet<usize> = workers.iter().map(|worker| worker.facts.index).collect();
    let machines: BTreeSet<&str> = workers.iter().map(|worker| worker.facts.machine.as_str()).collect();
    let skew = tests.iter().filter_map(|measured| measured.generator.start_skew_s).reduce(f64::max);
    let error = workers.iter().filter_map(|worker| worker.facts.clock_error_s).reduce(f64::max);
    let (all, machines) = (counted(all.len(), "worker"), counted(machines.len(), "machine"));
    (!workers.is_empty()).then(|| {
        format!(
            "{all} on {machines}: start skew {}, clock error at most {}",
            shown(skew, figure::time),
            shown(error, figure::time)
        )
    })
}

fn counted(number: usize, what: &str) -> String {
    format!("{} {what}{}", figure::count(number as u64), if number == 1 { "" } else { "s" })
}

/// A row for each worker, in the order of their numbers; of very many, the ones with the slowest requests.
pub(super) fn rows(measured: &Measured) -> Vec<[String; 14]> {
    let mut workers: Vec<&WorkerFigures> = measured.workers.iter().collect();
    let p95_s = |worker: &WorkerFigures| worker.p95_s.unwrap_or(f64::INFINITY);
    workers.sort_by(|one, other| p95_s(other).total_cmp(&p95_s(one)));
    workers.truncate(MOST_SHOWN);
    workers.sort_by_key(|worker| worker.facts.index);
    workers.into_iter().map(row).collect()
}

fn row(worker: &WorkerFigures) -> [String; 14] {
    let time = |seconds| shown(seconds, figure::time);
    let part = worker.users.map(|users| counted(users as usize, "user"));
    let part = part.or_else(|| worker.arrivals.map(|arrivals| counted(arrivals as usize, "arrival")));
    let lost = if worker.facts.lost { " (lost)" } else { "" };
    [
        format!("{}{lost}", worker.facts.index),
        worker.facts.machine.clone(),
        shown(part, |part| part),
        shown(worker.requests, |requests| figure::count(requests.intended)),
        shown(worker.requests.and_then(|requests| requests.success_rate()), figure::percent),
        shown(worker.throughput_per_s, figure::rate),
        time(worker.p50_s),
        time(worker.p95_s),
        time(worker.max_s),
        time(worker.start_late_s),
        time(worker.facts.clock_error_s),
        shown(worker.cpu_share, figure::percent),
        time(worker.pacer_lag_p99_s),
        time(worker.longest_hiccup_s),
    ]
}

/// What is missing from the rows, and from the live page. The figures do not depend on either.
pub(super) fn notes(measured: &Measured) -> Vec<String> {
    let count = measured.workers.len();
    let cut = (count > MOST_SHOWN).then(|| {
        format!(
            "the {MOST_SHOWN} workers with the slowest requests; the record has all {}",
            figure::count(count as u64)
        )
    });
    let gaps = measured.workers.iter().filter_map(|worker| {
        let missing = worker.facts.seconds_missing.filter(|missing| *missing > 0)?;
        let (seconds, name) = (counted(missing as usize, "second"), worker.facts.name());
        Some(format!("the live page lacks {seconds} of {name}; the figures here do not"))
    });
    cut.into_iter().chain(gaps).collect()
}

/// For a terminal; empty if one process offered the load.
pub(super) fn workers_table(measured: &Measured) -> String {
    if measured.workers.is_empty() {
        return String::new();
    }
    let mut columns = TextTable::new(HEADINGS);
    rows(measured).into_iter().for_each(|row| columns.row(row));
    let notes = notes(measured).into_iter().map(|note| format!("  {}\n", without_commands(&note)));
    columns.terminal(2) + &notes.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn of_workers(test: crate::outcome::TestReport) -> RunReport {
        RunReport { tests: vec![test], ..samples::run() }
    }

    #[test]
    fn one_line_says_how_many_workers_there_were_and_how_far_apart_they_began() {
        let line = workers_line(&of_workers(samples::of_workers()));
        assert_eq!(line.as_deref(), Some("3 workers on 2 machines: start skew 800 µs, clock error at most 100 µs"));
        assert_eq!(workers_line(&samples::run()), None);
    }

    #[test]
    fn the_skew_is_not_0_where_it_is_not_known() {
        let mut test = samples::of_workers();
        test.measured.as_mut().expect("measured").generator.start_skew_s = None;
        let line = workers_line(&of_workers(test)).expect("there are workers");
        assert!(line.contains(": start skew -, clock error"), "{line}");
    }

    #[test]
    fn each_worker_has_a_row_and_what_a_lost_one_did_is_not_known() {
        let test = samples::of_workers();
        insta::assert_snapshot!(workers_table(test.measured.as_ref().expect("measured")));
        assert_eq!(workers_table(samples::passed().measured.as_ref().expect("measured")), "");
    }

    #[test]
    fn of_very_many_workers_the_slowest_are_shown() {
        let mut measured = samples::of_workers().measured.expect("measured");
        let slow = measured.workers[0].clone();
        let of = |index: usize| {
            let mut worker = slow.clone();
            (worker.facts.index, worker.p95_s) = (index, Some(index as f64));
            worker
        };
        measured.workers = (0..1_000).map(of).collect();
        let rows = rows(&measured);
        assert_eq!((rows.len(), rows[0][0].as_str(), rows[199][0].as_str()), (200, "800", "999"));
        assert_eq!(notes(&measured)[0], "the 200 workers with the slowest requests; the record has all 1,000");
    }
}
