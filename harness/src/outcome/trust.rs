//! Whether the generator offered the load as planned: the rules of when a run is invalid.
//!
//! A [`Doubt`] makes the run invalid; a warning is shown and does not change the verdict.

use std::fmt;

use super::busy::{busiest, busy_allowance, busy_generator, busy_host};
use super::delay::{GeneratorDelay, is_rate_or_requests, is_time_or_rate, may_be_ours};
use super::drift;
use super::figure;
use super::held::{Held, tightest_limit_s};
use super::threshold_verdict::ThresholdVerdict;
use super::throttled::Throttled;
use super::unfinished;
use super::workers::{self, WorkerDoubt, beyond};
use crate::kind::Kind;
use crate::measure::{CarriedOver, Counts, Ended, HostLookup, Measured, StageSummary, TimeSummary};

const CLOSED_LAW_WARN: f64 = 0.02;
const CLOSED_LAW_INVALID: f64 = 0.05;
const BETWEEN_ITERATIONS_S: f64 = 10e-6;
const HICCUP_WARN_S: f64 = 0.020;
const SLOW_LOOKUP_S: f64 = 0.1;
const HICCUP_SHARE_INVALID: f64 = 0.01;
const CPU_INVALID: f64 = 0.8;
const SENT_WARN: f64 = 0.999;
const SENT_INVALID: f64 = 0.99;
const PACER_LAG_WARN_S: f64 = 0.000_5;
/// The pacer may be late by this, or by a share of the tightest time limit if that is more.
const PACER_LAG_ALLOWED_S: f64 = 0.001;
const PACER_LAG_ALLOWED_SHARE: f64 = 0.05;

/// Why the figures of a run say nothing about the server.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doubt {
    /// Several processes did not offer the load as one would.
    Workers(WorkerDoubt),
    /// Failures of the generator itself, by cause.
    OwnErrors(Vec<(String, u64)>),
    /// Values that did not fit the histogram.
    Clipped(u64),
    /// The counts of how requests ended do not add up to the intended requests.
    NotConserved(String, Counts),
    /// Throughput × iteration time differs from the number of users by this share (interactive response-time law).
    ClosedLaw(f64),
    /// A CPU quota stopped generator and server.
    Throttled(Throttled),
    /// The generator, or the worker that is named, was held up for a share of the run.
    Hiccups(String, GeneratorDelay),
    /// The test's own code held a worker thread while other users waited.
    Held(Held),
    /// The pacer was late although slots were free.
    PacerLag(PacerLag),
    /// Planned arrivals that were not sent, with the generator as the only reason.
    NotSent { planned: u64, missing: u64 },
    /// The generator, or the worker that is named, used this share of its cores, which may explain a breach.
    Busy(String, f64),
}

/// How late the pacer was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PacerLag {
    who: String,
    p99_s: f64,
    allowed_s: f64,
    delay: GeneratorDelay,
}

/// Every doubt about the figures, the most serious first.
pub(super) fn doubts(measured: &Measured, verdicts: &[ThresholdVerdict], kind: Kind) -> Vec<Doubt> {
    let health = &measured.generator;
    let mut doubts = Vec::new();
    doubts.extend(workers::doubts(measured).into_iter().map(Doubt::Workers));
    if !health.own_errors.is_empty() {
        doubts.push(Doubt::OwnErrors(health.own_errors.iter().map(|(cause, n)| (cause.clone(), *n)).collect()));
    }
    doubts.extend(not_conserved(measured));
    if health.clipped > 0 {
        doubts.push(Doubt::Clipped(health.clipped));
    }
    doubts.extend(Throttled::of(measured).filter(Throttled::is_too_long).map(Doubt::Throttled));
    doubts.extend(hiccups(measured));
    doubts.extend(Held::of(measured).filter(|held| held.is_too_long(verdicts)).map(Doubt::Held));
    doubts.extend(pacer_lag(measured, verdicts).filter(PacerLag::is_too_long).map(Doubt::PacerLag));
    doubts.extend(not_sent(measured, SENT_INVALID).map(|(planned, missing)| Doubt::NotSent { planned, missing }));
    doubts.extend(closed_law_gap(measured, kind).filter(|gap| *gap > CLOSED_LAW_INVALID).map(Doubt::ClosedLaw));
    let busy = busiest(measured, CPU_INVALID).map(|(who, share)| Doubt::Busy(who, share));
    // A busy generator makes times longer and rates lower, so thresholds that hold are not affected.
    doubts.extend(busy.filter(|busy| verdicts.iter().any(|verdict| !verdict.holds && busy.excuses(verdict))));
    doubts
}

/// Facts about the generator that a reader should know, although they do not change the verdict.
pub(super) fn warnings(measured: &Measured, verdicts: &[ThresholdVerdict], kind: Kind) -> Vec<String> {
    let health = &measured.generator;
    let mut warnings = Vec::new();
    let law_gap = closed_law_gap(measured, kind);
    if let Some(gap) = law_gap.filter(|gap| (CLOSED_LAW_WARN..=CLOSED_LAW_INVALID).contains(gap)) {
        warnings
            .push(format!("throughput × iteration time differs from the number of users by {}", figure::percent(gap)));
    }
    let held_up = beyond(measured, HICCUP_WARN_S, health.longest_hiccup_s, |worker| worker.longest_hiccup_s);
    if let Some(held_up) = held_up {
        warnings.push(format!("{} was held up for {} at the longest", held_up.who(), figure::time(held_up.figure)));
    }
    warnings.extend(Throttled::of(measured).filter(|throttled| !throttled.is_too_long()).map(Throttled::warning));
    warnings.extend(Held::of(measured).filter(|held| !held.is_too_long(verdicts)).and_then(Held::warning));
    if health.resent > 0 {
        let (resent, intended) = (figure::count(health.resent), figure::count(measured.total.requests.intended));
        warnings.push(format!(
            "the server closed kept connections just as requests were sent: {resent} of {intended} requests were sent \
             again, and only the second attempt is counted; clients of real users meet the same: let the server say \
             `connection: close` or `keep-alive: timeout=…`"
        ));
    }
    warnings.extend(slow_lookups(measured));
    let lag = pacer_lag(measured, verdicts);
    if let Some(lag) = lag.filter(|lag| !lag.is_too_long()) {
        let of = if measured.workers.is_empty() { String::new() } else { format!(" of {}", lag.who) };
        warnings.push(format!("1 % of the arrivals{of} started at least {} late", figure::time(lag.p99_s)));
    }
    if let Some((planned, missing)) =
        not_sent(measured, SENT_WARN).filter(|_| not_sent(measured, SENT_INVALID).is_none())
    {
        let (planned, missing) = (figure::count(planned), figure::count(missing));
        warnings.push(format!("{missing} of {planned} planned arrivals were not sent"));
    }
    warnings.extend(unfinished::warnings(measured));
    warnings.extend(more_requests_than_arrivals(measured));
    warnings.extend(carried_over(measured));
    warnings.extend(drift::warnings(measured));
    warnings.extend(workers::warnings(measured));
    warnings.extend(busy_generator(measured));
    warnings.extend(busy_host(measured));
    warnings.extend(busy_allowance(measured));
    if let Some(precision) = measured.precision {
        if !precision.steady {
            warnings.push("the warm-up reached its time limit before the times were steady".to_owned());
        }
        if precision.drifting {
            warnings.push("the times drifted: the means of the two halves of the measurement differ".to_owned());
        }
    }
    warnings
}

/// What a benchmark spends between two of its iterations, to record one and begin the next, is in none of their times.
fn closed_law_gap(measured: &Measured, kind: Kind) -> Option<f64> {
    let gap = measured.generator.closed_law_gap?;
    let between_s = measured.span.as_secs_f64() * gap / measured.iteration.requests.intended.max(1) as f64;
    (kind != Kind::Benchmark || between_s > BETWEEN_ITERATIONS_S).then_some(gap)
}

/// An arrival is an iteration, and `requests` beside a rate is their number: some authors expect another.
fn more_requests_than_arrivals(measured: &Measured) -> Option<String> {
    let (arrivals, requests) = (measured.counted_to?, measured.total.requests.intended);
    (measured.generator.planned.is_some() && requests > arrivals).then(|| {
        let (arrivals, requests) = (figure::count(arrivals), figure::count(requests));
        format!("`requests = {arrivals}` beside a rate counts arrivals: they sent {requests} requests")
    })
}

/// Host names whose lookup kept requests waiting.
fn slow_lookups(measured: &Measured) -> impl Iterator<Item = String> {
    let slow = |lookup: &&HostLookup| lookup.during_load && lookup.time_s.is_some_and(|time_s| time_s > SLOW_LOOKUP_S);
    measured.generator.lookups.iter().filter(slow).map(|lookup| {
        let (host, took) = (&lookup.host, figure::time(lookup.time_s.unwrap_or_default()));
        format!(
            "looking up the host `{host}` took {took}: the first requests to it waited for that, and their response times \
             include it (service times do not); give its address, or make it a server fixture, whose host is looked up \
             before load is offered"
        )
    })
}

/// Requests that were open when the measurement or a stage began, and are counted there.
fn carried_over(measured: &Measured) -> impl Iterator<Item = String> {
    let total = measured.carried_over.map(|carried| ("the measurement".to_owned(), carried));
    let of_stage = |stage: &StageSummary| Some((format!("the stage `{}`", stage.name), stage.carried_over?));
    let stages = measured.stages.iter().filter_map(of_stage);
    total.into_iter().chain(stages).map(|(part, CarriedOver { requests, longest_s })| {
        let (requests, longest) = (figure::count(requests), figure::time(longest_s.unwrap_or_default()));
        format!(
            "requests that began before {part} were still open when it began: {requests} of them took up to {longest} from \
             then on, longer than any that began in it, and are counted with this time"
        )
    })
}

fn not_conserved(measured: &Measured) -> impl Iterator<Item = Doubt> {
    let stages = measured.stages.iter().flat_map(|stage| std::iter::once(&stage.total).chain(&stage.endpoints));
    let summaries = [&measured.total, &measured.iteration].into_iter().chain(&measured.endpoints).chain(stages);
    let unbalanced = summaries.filter(|summary| !summary.requests.is_conserved());
    unbalanced.map(|summary| Doubt::NotConserved(summary.name.clone(), summary.requests))
}

/// `None` if it was not held up for long.
fn hiccups(measured: &Measured) -> Option<Doubt> {
    let health = &measured.generator;
    let held_up = beyond(measured, HICCUP_SHARE_INVALID, health.hiccup_share, |worker| worker.hiccup_share)?;
    let longest_s = held_up.worker.map_or(health.longest_hiccup_s, |worker| worker.longest_hiccup_s);
    // An unknown hiccup may have had any length.
    let delay = GeneratorDelay::new(measured, longest_s.unwrap_or(f64::INFINITY), held_up.figure);
    Some(Doubt::Hiccups(held_up.who(), delay))
}

/// `None` without a pacer, or if it was not late.
fn pacer_lag(measured: &Measured, verdicts: &[ThresholdVerdict]) -> Option<PacerLag> {
    let share_s = tightest_limit_s(verdicts).map_or(0.0, |tightest_s| PACER_LAG_ALLOWED_SHARE * tightest_s);
    let allowed_s = share_s.max(PACER_LAG_ALLOWED_S);
    let lag = measured.generator.pacer_lag.as_ref();
    let late = beyond(measured, PACER_LAG_WARN_S, lag.and_then(p99_s), |worker| worker.pacer_lag_p99_s)?;
    let longest_s = late.worker.map_or(lag.and_then(|lag| lag.max_s), |worker| worker.pacer_lag_max_s);
    let delay = GeneratorDelay::new(measured, longest_s.unwrap_or(f64::INFINITY), 0.0);
    Some(PacerLag { who: late.who(), p99_s: late.figure, allowed_s, delay })
}

impl PacerLag {
    fn is_too_long(&self) -> bool {
        self.p99_s > self.allowed_s
    }
}

/// With few samples, too: a pacer that was late once in fifty arrivals was late.
fn p99_s(times: &TimeSummary) -> Option<f64> {
    crate::metric::Percentile::new(99.0).and_then(|p99| times.percentile_s(p99))
}

/// Planned arrivals, and those that were not sent although a slot was free, if their share is below `least`.
///
/// Arrivals that were shed or still waiting at the cap are caused by the server, and a run that was stopped early sent what it could.
fn not_sent(measured: &Measured, least: f64) -> Option<(u64, u64)> {
    let health = &measured.generator;
    let (planned, sent) = health.planned.zip(health.sent)?;
    let accounted = sent + health.shed.unwrap_or_default() + health.left_waiting.unwrap_or_default();
    let is_short = planned > 0 && (accounted as f64) < least * planned as f64;
    (measured.ended == Ended::AsPlanned && is_short).then(|| (planned, planned - accounted))
}

impl Doubt {
    /// True if the generator may be the cause of the breach.
    pub(super) fn excuses(&self, breach: &ThresholdVerdict) -> bool {
        let metric = breach.threshold.metric;
        match self {
            Doubt::Workers(doubt) => doubt.excuses(breach),
            Doubt::NotConserved(..) => true,
            Doubt::OwnErrors(_) if is_rate_or_requests(metric) => true,
            Doubt::OwnErrors(causes) => may_be_ours(breach, causes.iter().map(|(_, count)| count).sum()),
            // A clipped value was recorded as shorter than it was, so the server cannot look slower than it is.
            Doubt::Clipped(_) => false,
            // A generator that is held up makes the server look slow.
            Doubt::Hiccups(_, delay) | Doubt::PacerLag(PacerLag { delay, .. }) => delay.explains(breach),
            Doubt::Held(held) => held.explains(breach),
            Doubt::Throttled(throttled) => throttled.explains(breach),
            Doubt::NotSent { missing, .. } => is_rate_or_requests(metric) || may_be_ours(breach, *missing),
            Doubt::Busy(..) => is_time_or_rate(metric),
            // Users that wait for the generator send less, but the times of what they sent are correct.
            Doubt::ClosedLaw(_) => is_rate_or_requests(metric),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Workers(doubt) => doubt.fmt(f),
            Doubt::OwnErrors(causes) => {
                let causes: Vec<String> = causes.iter().map(|(cause, n)| format!("{cause} ({n})")).collect();
                write!(f, "the generator itself failed: {}", causes.join(", "))
            }
            Doubt::Clipped(values) => write!(f, "{values} times were too long for the histogram"),
            Doubt::NotConserved(name, counts) => {
                let of = if name.is_empty() { String::new() } else { format!(" of `{name}`") };
                let Counts { intended, ok, failed, timed_out, in_flight_at_end, never_sent } = counts;
                write!(
                    f,
                    "requests{of} were lost in counting: {intended} intended, but {ok} ok + {failed} failed + \
                     {timed_out} timed out + {in_flight_at_end} in flight + {never_sent} never sent"
                )
            }
            Doubt::ClosedLaw(gap) => write!(
                f,
                "throughput × iteration time differs from the number of users by {} (allowed: 5 %): the generator kept users waiting",
                figure::percent(*gap)
            ),
            Doubt::PacerLag(lag) => write!(
                f,
                "{} started 1 % of the arrivals at least {} late although slots were free (allowed: {}; longest: {})",
                lag.who,
                figure::time(lag.p99_s),
                figure::time(lag.allowed_s),
                figure::time(lag.delay.longest_s),
            ),
            Doubt::NotSent { planned, missing } => write!(
                f,
                "the generator did not send {} of {} planned arrivals although slots were free (allowed: 1 %)",
                figure::count(*missing),
                figure::count(*planned),
            ),
            Doubt::Busy(who, share) => write!(
                f,
                "{who} used {} of its cores (allowed: 80 %), which alone may explain the breach",
                figure::percent(*share)
            ),
            Doubt::Held(held) => held.fmt(f),
            Doubt::Throttled(throttled) => throttled.fmt(f),
            Doubt::Hiccups(who, GeneratorDelay { share, .. }) => {
                write!(f, "{who} was held up for {} of the run (allowed: 1 %)", figure::percent(*share))
            }
        }
    }
}
