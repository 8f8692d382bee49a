//! A test whose load several processes offered.

use super::plain;
use crate::measure::{Counts, WorkerFacts, WorkerFigures};
use crate::outcome::TestReport;

/// Three workers on two machines, of which the last was lost.
pub(crate) fn of_workers() -> TestReport {
    let mut test = plain::passed();
    let lost = WorkerFigures::missing(WorkerFacts { lost: true, seconds_missing: Some(2), ..facts(2, "node-b") });
    test.measured = test.measured.map(|measured| measured.of_workers(vec![worker(0), worker(1), lost]));
    if let Some(measured) = &mut test.measured {
        measured.generator.start_skew_s = Some(0.0008);
    }
    test
}

fn facts(index: usize, machine: &str) -> WorkerFacts {
    WorkerFacts {
        index,
        machine: machine.to_owned(),
        pid: 4711 + index as u32,
        cores: Some(2),
        clock_offset_s: Some(0.25),
        clock_error_s: Some(0.0001),
        late_heartbeats: 0,
        longest_silence_s: Some(0.26),
        seconds_missing: Some(0),
        requests_live: Some(2_500),
        lost: false,
    }
}

fn worker(index: usize) -> WorkerFigures {
    WorkerFigures {
        facts: facts(index, "node-a"),
        threads: Some(2),
        users: Some(50),
        arrivals: None,
        requests: Some(Counts { intended: 2_500, ok: 2_500, ..Counts::default() }),
        throughput_per_s: Some(250.0),
        p50_s: Some(0.25),
        p95_s: Some(0.475),
        max_s: Some(0.5),
        requests_at_end: Some(2_500),
        start_late_s: Some(0.0002 + 0.0004 * index as f64),
        cpu_s: Some(1.6),
        cpu_share: Some(0.08),
        host_cores: Some(2),
        host_cpu_share: Some(0.4),
        longest_hiccup_s: Some(0.0012),
        hiccup_share: Some(0.0),
        pacer_lag_p99_s: None,
        pacer_lag_max_s: None,
    }
}
