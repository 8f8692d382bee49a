//! Several processes offered the load together: whether all of them did, and began when the others did; and which of them is beyond a
//! limit that a generator has.

use std::collections::BTreeMap;
use std::fmt;

use super::delay::{is_rate_or_requests, is_time_or_rate};
use super::figure;
use super::threshold_verdict::ThresholdVerdict;
use super::throttled::cpu_window_s;
use crate::measure::{Ended, Measured, WorkerFigures};
use crate::text::one_line;

/// What a worker did is in the timeline where its clock says. With an error of 5 ms, one in two hundred of its requests counts in the second
/// before or after its own.
const CLOCK_ERROR_WARN_S: f64 = 0.005;
/// While not all have begun, a part of the load is missing: for a twentieth of one slice of the timeline.
const SKEW_WARN_S: f64 = 0.050;
/// For a quarter of one slice: its rate, and the moments of stages and spikes, are then those of another load.
const SKEW_INVALID_S: f64 = 0.250;
/// Of a short measurement, as much as throughput × time may differ from the number of users.
const SKEW_SHARE_INVALID: f64 = 0.05;
const HOST_CPU_WARN: f64 = 0.85;

/// Why the figures of several processes are not those of the planned load.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum WorkerDoubt {
    /// One of them was lost: which, when, and its last words.
    Lost(String),
    /// This one handed in no figures.
    NoFigures(String),
    /// What this one sent while it ran differs from its final figures.
    SecondsDiffer { worker: String, live: u64, at_end: u64 },
    /// Nothing says when this one began, or how exact its clock is.
    StartUnknown(String),
    /// They began too far apart.
    Skew { skew_s: f64, allowed_s: f64 },
}

/// Every doubt about the workers as a whole; none about a load of one process.
pub(super) fn doubts(measured: &Measured) -> Vec<WorkerDoubt> {
    if let Ended::WorkerLost(why) = &measured.ended {
        return vec![WorkerDoubt::Lost(why.clone())];
    }
    let workers = &measured.workers;
    let mut doubts: Vec<WorkerDoubt> = workers.iter().filter_map(without_figures).collect();
    doubts.extend(workers.iter().filter_map(differing_seconds));
    doubts.extend(start_doubt(measured));
    doubts
}

/// What a reader should know of the workers, although it does not change the verdict.
pub(super) fn warnings(measured: &Measured) -> Vec<String> {
    let clock = beyond(measured, CLOCK_ERROR_WARN_S, None, |worker| worker.facts.clock_error_s).map(|beyond| {
        format!(
            "the clock of {} is known to within {} only: its requests may be that far off in the timeline and at the borders of \
             stages, but no response time is",
            beyond.who(),
            figure::time(beyond.figure)
        )
    });
    let skew = measured.generator.start_skew_s.filter(|skew_s| *skew_s > SKEW_WARN_S);
    let skew = skew.filter(|skew_s| *skew_s <= allowed_skew_s(measured)).map(|skew_s| {
        format!("the workers began up to {} apart: a part of the load was missing for that time", figure::time(skew_s))
    });
    let is_late = |worker: &WorkerFigures| worker.facts.longest_silence_s.filter(|_| worker.facts.late_heartbeats > 0);
    let late = beyond(measured, 0.0, None, is_late).map(|beyond| {
        format!(
            "nothing was heard from {} for up to {}: its machine, or the network to it, may have stood still",
            beyond.who(),
            figure::time(beyond.figure)
        )
    });
    clock.into_iter().chain(skew).chain(late).chain(busy_machine_warning(measured)).collect()
}

fn without_figures(worker: &WorkerFigures) -> Option<WorkerDoubt> {
    worker.requests.is_none().then(|| WorkerDoubt::NoFigures(worker.facts.name()))
}

/// Where no second is missing, the seconds hold what the final figures hold.
fn differing_seconds(worker: &WorkerFigures) -> Option<WorkerDoubt> {
    let (live, at_end) = worker.facts.requests_live.zip(worker.requests_at_end)?;
    let is_complete = worker.facts.seconds_missing == Some(0);
    (is_complete && live != at_end).then(|| WorkerDoubt::SecondsDiffer { worker: worker.facts.name(), live, at_end })
}

fn start_doubt(measured: &Measured) -> Option<WorkerDoubt> {
    let Some(skew_s) = measured.generator.start_skew_s else {
        let unknown = |worker: &&WorkerFigures| {
            !worker.is_idle() && (worker.start_late_s.is_none() || worker.facts.clock_error_s.is_none())
        };
        return measured.workers.iter().find(unknown).map(|worker| WorkerDoubt::StartUnknown(worker.facts.name()));
    };
    let allowed_s = allowed_skew_s(measured);
    (skew_s > allowed_s).then_some(WorkerDoubt::Skew { skew_s, allowed_s })
}

fn allowed_skew_s(measured: &Measured) -> f64 {
    SKEW_INVALID_S.min(SKEW_SHARE_INVALID * measured.span.as_secs_f64())
}

impl WorkerDoubt {
    /// True if it may be the cause of the breach.
    pub(super) fn excuses(&self, breach: &ThresholdVerdict) -> bool {
        let metric = breach.threshold.metric;
        match self {
            WorkerDoubt::Lost(_) | WorkerDoubt::NoFigures(_) | WorkerDoubt::SecondsDiffer { .. } => true,
            // Who begins late meets others where they should not be, but no request fails of that.
            WorkerDoubt::StartUnknown(_) | WorkerDoubt::Skew { .. } => {
                is_time_or_rate(metric) || is_rate_or_requests(metric)
            }
        }
    }
}

impl fmt::Display for WorkerDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorkerDoubt::Lost(why) => f.write_str(why),
            WorkerDoubt::NoFigures(worker) => write!(f, "{worker} handed in no figures"),
            WorkerDoubt::SecondsDiffer { worker, live, at_end } => {
                let (live, at_end) = (figure::count(*live), figure::count(*at_end));
                write!(f, "the seconds that {worker} sent hold {live} requests, its final figures {at_end}")
            }
            WorkerDoubt::StartUnknown(worker) => write!(f, "it is not known when {worker} began the load"),
            WorkerDoubt::Skew { skew_s, allowed_s } => write!(
                f,
                "the workers began up to {} apart (allowed: {}), so a part of the load was missing",
                figure::time(*skew_s),
                figure::time(*allowed_s)
            ),
        }
    }
}

/// A figure beyond its limit, and whose it is.
#[derive(Debug)]
pub(super) struct Beyond<'a> {
    pub(super) figure: f64,
    /// The worker that is furthest beyond; `None` if it is the figure of the whole generator.
    pub(super) worker: Option<&'a WorkerFigures>,
    others: usize,
}

/// The figure that is furthest beyond `limit`: of a worker if the load has several, else of the `whole` generator.
pub(super) fn beyond<'a>(
    measured: &'a Measured,
    limit: f64,
    whole: Option<f64>,
    of: impl Fn(&WorkerFigures) -> Option<f64>,
) -> Option<Beyond<'a>> {
    let of_workers = measured.workers.iter().filter_map(|worker| Some((of(worker)?, worker)));
    let mut over: Vec<(f64, &WorkerFigures)> = of_workers.filter(|(figure, _)| *figure > limit).collect();
    over.sort_by(|one, other| other.0.total_cmp(&one.0));
    match over.first() {
        Some((figure, worker)) => Some(Beyond { figure: *figure, worker: Some(worker), others: over.len() - 1 }),
        None => whole.filter(|whole| *whole > limit).map(|figure| Beyond { figure, worker: None, others: 0 }),
    }
}

impl Beyond<'_> {
    /// `the generator`, `worker 3 on b`, `worker 3 on b (and 2 more workers)`
    pub(super) fn who(&self) -> String {
        let Some(worker) = self.worker else { return "the generator".to_owned() };
        match self.others {
            0 => worker.facts.name(),
            1 => format!("{} (and 1 more worker)", worker.facts.name()),
            others => format!("{} (and {others} more workers)", worker.facts.name()),
        }
    }
}

/// The machine whose workers together use more than `limit` of its cores, and that share: each alone may use few of them.
pub(super) fn busy_machine(measured: &Measured, limit: f64) -> Option<(String, f64)> {
    let shares =
        machines(measured).into_iter().filter(|(_, workers)| workers.len() > 1).filter_map(|(name, workers)| {
            let cpu_s: f64 = workers.iter().map(|worker| worker.cpu_s).sum::<Option<f64>>()?;
            let (threads, allowed) = workers.iter().try_fold((0, 0), |(threads, allowed), worker| {
                Some((threads + worker.threads?, allowed + worker.facts.cores?))
            })?;
            let host = workers.iter().filter_map(|worker| worker.host_cores).max()?;
            let available_s = threads.min(allowed).min(host) as f64 * cpu_window_s(measured);
            let who = format!("the generator on {} ({} workers)", one_line(name), workers.len());
            (available_s > 0.0).then(|| (who, cpu_s / available_s))
        });
    shares.filter(|(_, share)| *share > limit).max_by(|one, other| one.1.total_cmp(&other.1))
}

/// The workers on each machine, by its name.
fn machines(measured: &Measured) -> BTreeMap<&str, Vec<&WorkerFigures>> {
    let mut machines: BTreeMap<&str, Vec<&WorkerFigures>> = BTreeMap::new();
    for worker in &measured.workers {
        machines.entry(&worker.facts.machine).or_default().push(worker);
    }
    machines
}

/// True if the load came from more than one machine, so that the generator's share of "its host" means nothing.
pub(super) fn has_several_machines(measured: &Measured) -> bool {
    machines(measured).len() > 1
}

fn busy_machine_warning(measured: &Measured) -> Option<String> {
    if !has_several_machines(measured) {
        return None;
    }
    let beyond = beyond(measured, HOST_CPU_WARN, None, |worker| worker.host_cpu_share)?;
    let share = figure::percent(beyond.figure);
    Some(format!("the machine of {} was saturated: {share} of its cores were busy", beyond.who()))
}
