//! From figures to a verdict.

use std::time::Duration;

use super::soak::{self, SoakVerdict};
use super::test_outcome::Outcome;
use super::threshold_verdict::ThresholdVerdict;
use super::trust::{self, Doubt};
use super::{figure, names, unnoticed, verdict};
use crate::kind::Kind;
use crate::measure::{Ended, Measured};
use crate::metric::Metric;
use crate::threshold::{Subject, Threshold};

/// The verdict on the figures of one test.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// How the test ended.
    pub outcome: Outcome,
    /// Why, in a sentence, unless it passed.
    pub reason: Option<String>,
    /// Each threshold, in the order given.
    pub thresholds: Vec<ThresholdVerdict>,
    /// Facts that a reader should know, although they do not change the verdict.
    pub warnings: Vec<String>,
    /// A limit lies inside the interval of its figure and nothing else decides: measure for as long as [`longer`] says
    /// and judge that measurement instead. If it says `None`, this verdict is final.
    ///
    /// [`longer`]: super::longer
    pub wants_longer: bool,
    /// For soaks: leaks and drift.
    pub soak: Option<SoakVerdict>,
    /// It is invalid, and would be if it were measured again: a worker was lost.
    pub stays_invalid: bool,
    /// The generator did not offer the load as planned, and may be the cause of breaches, unless the outcome is failed.
    pub is_disturbed: bool,
}

/// Compares the figures of a test of `kind` with its thresholds.
///
/// A test without data never passes. A certain breach outranks invalid: a breach is certain unless it is of a percentile
/// with too few samples, or the generator may be the cause.
pub fn judge(measured: &Measured, thresholds: &[Threshold], kind: Kind) -> Judgement {
    let verdicts: Vec<_> = thresholds.iter().map(|threshold| verdict::compare(measured, threshold, kind)).collect();
    let soak = (kind == Kind::Soak).then(|| soak::judge(measured));
    let doubts = trust::doubts(measured, &verdicts, kind);
    let (outcome, reason) = decide(measured, &verdicts, soak.as_ref(), &doubts, kind);
    let mut warnings: Vec<String> = verdicts.iter().filter_map(verdict::few_samples_warning).collect();
    warnings.extend(verdicts.iter().filter_map(verdict::borderline_warning));
    warnings.extend(unnoticed::warnings(measured, &verdicts, kind));
    warnings.extend(trust::warnings(measured, &verdicts, kind));
    warnings.extend(names::warning(measured));
    warnings.extend(names::warning_of_values(measured));
    warnings.extend(measured.used_up.as_ref().map(|what| format!("{what}: the users that asked for more stopped")));
    warnings.extend(soak.iter().flat_map(|soak| soak.notes.iter().cloned()));
    // Without data, a longer measurement is no longer.
    let wants_longer = is_undecided(outcome, &verdicts) && measured.used_up.is_none();
    let is_disturbed = !doubts.is_empty();
    let stays_invalid = matches!(measured.ended, Ended::WorkerLost(_));
    Judgement { outcome, reason, thresholds: verdicts, warnings, wants_longer, soak, stays_invalid, is_disturbed }
}

/// The figure that `threshold` is about, in the base unit of its metric, whatever its bound; `None` without data.
pub fn figure_of(measured: &Measured, threshold: &Threshold, kind: Kind) -> Option<f64> {
    verdict::compare(measured, threshold, kind).actual
}

/// The outcome and its reason; the order of the steps is the order of rank.
fn decide(
    measured: &Measured,
    verdicts: &[ThresholdVerdict],
    soak: Option<&SoakVerdict>,
    doubts: &[Doubt],
    kind: Kind,
) -> (Outcome, Option<String>) {
    if let Ended::Broken(why) | Ended::Stopped(why) = &measured.ended {
        return (Outcome::Errored, Some(why.clone()));
    }
    // A part of the load is missing, so no figure says anything, not even one that breaches its threshold.
    if let Ended::WorkerLost(why) = &measured.ended {
        return invalid(why.clone());
    }
    if let Some(nothing) = no_answer(measured).or_else(|| nothing_measured(measured, verdicts, kind)) {
        // If the generator was held up, it cannot conclude that the server did not respond.
        let ours = doubts.iter().find(|doubt| {
            matches!(
                doubt,
                Doubt::OwnErrors(_) | Doubt::Hiccups(..) | Doubt::Held(_) | Doubt::Throttled(_) | Doubt::Workers(_)
            )
        });
        return ours.map_or_else(|| fail(nothing), |ours| invalid(ours.to_string()));
    }
    let found = soak.into_iter().flat_map(|soak| leaks_and_drift(soak, doubts));
    let certain: Vec<String> = breaches(verdicts, doubts).into_iter().chain(found).collect();
    if !certain.is_empty() {
        return fail(certain.join("; "));
    }
    if let Some(reason) = nothing_succeeded(measured, verdicts).filter(|_| doubts.is_empty()) {
        return fail(reason);
    }
    let unknown = soak.into_iter().flat_map(|soak| soak.doubts.iter().cloned());
    let unsure = verdicts.iter().filter_map(|verdict| verdict.doubt.clone()).chain(unknown);
    let reasons: Vec<String> = doubts.iter().map(ToString::to_string).chain(unsure).collect();
    if reasons.is_empty() { (Outcome::Passed, None) } else { invalid(reasons.join("; ")) }
}

/// True if a longer measurement might decide otherwise.
fn is_undecided(outcome: Outcome, verdicts: &[ThresholdVerdict]) -> bool {
    let breached_for_sure = verdicts.iter().any(|verdict| !verdict.holds && !verdict.borderline);
    let borderline = verdicts.iter().any(|verdict| verdict.borderline);
    matches!(outcome, Outcome::Passed | Outcome::Failed) && borderline && !breached_for_sure
}

fn fail(reason: String) -> (Outcome, Option<String>) {
    (Outcome::Failed, Some(reason))
}

fn invalid(reason: String) -> (Outcome, Option<String>) {
    (Outcome::Invalid, Some(reason))
}

/// The server has stopped responding.
fn no_answer(measured: &Measured) -> Option<String> {
    let time = |waited: Duration| figure::time(waited.as_secs_f64());
    match measured.ended {
        Ended::NoAnswer(waited) => {
            Some(format!("no response to any request for {}, so the rest was not sent", time(waited)))
        }
        Ended::Refused { since, waited, ref cause } => Some(format!(
            "{cause} since {} after the load began: no connection could be made for {}, so the rest was not sent. Does the server \
             still run and listen?",
            time(since),
            time(waited)
        )),
        Ended::FellSilent(silence) => Some(format!(
            "the server stopped responding: there was no response in the last {} of the run",
            time(silence)
        )),
        _ => None,
    }
}

/// Why there is nothing to judge, if there is nothing.
fn nothing_measured(measured: &Measured, verdicts: &[ThresholdVerdict], kind: Kind) -> Option<String> {
    let requests = &measured.total.requests;
    if measured.stages.iter().any(|stage| stage.total.requests.intended > stage.total.requests.never_sent) {
        return none_is_steady(measured, verdicts);
    }
    if kind == Kind::Benchmark {
        let none = measured.iteration.response_time.samples == 0;
        return none.then(|| "no iteration was measured, and a test without data never passes".to_owned());
    }
    let nothing = match requests.intended {
        0 if measured.generator.planned == Some(0) => {
            "no arrival was due within the measurement: measure for longer, or raise the rate"
        }
        0 => "the test sent no request: use `user.get(…)`, or `user.measure(…)` for operations that are not HTTP",
        intended if intended == requests.never_sent => "none of the planned requests was sent",
        _ => return None,
    };
    Some(nothing.to_owned())
}

/// No request succeeded, and no threshold is about success: otherwise a server that fails quickly would pass as fast.
fn nothing_succeeded(measured: &Measured, verdicts: &[ThresholdVerdict]) -> Option<String> {
    let requests = &measured.total.requests;
    let asks = |verdict: &ThresholdVerdict| {
        verdict.threshold.subject == Subject::Total
            && matches!(verdict.threshold.metric, Metric::SuccessRate | Metric::ErrorRate | Metric::Failed)
    };
    let none_ok = requests.intended > 0 && requests.ok == 0 && !verdicts.iter().any(asks);
    none_ok.then(|| "no request succeeded".to_owned())
}

/// If all stages are ramps, there is nothing to judge, unless a threshold names one.
fn none_is_steady(measured: &Measured, verdicts: &[ThresholdVerdict]) -> Option<String> {
    let is_steady = measured.stages.iter().any(|stage| stage.from == stage.to);
    let why = "every stage is a ramp, and only steady stages are judged: add a stage with a constant level, or name a stage in \
               a threshold, as in `p95(\"stage peak\")`";
    let judges_nothing = verdicts.iter().all(|verdict| verdict.actual.is_none());
    (!is_steady && judges_nothing).then(|| why.to_owned())
}

/// One sentence for all certain breaches and all thresholds without data, if there are any.
fn breaches(verdicts: &[ThresholdVerdict], doubts: &[Doubt]) -> Option<String> {
    let mut certain = verdicts.iter().filter(|verdict| is_certain(verdict, doubts));
    let first = sentence(certain.next()?);
    Some(match certain.count() {
        0 => first,
        1 => format!("{first}; and 1 more threshold"),
        more => format!("{first}; and {more} more thresholds"),
    })
}

/// The leaks, and the drift unless the generator may be the cause.
fn leaks_and_drift(soak: &SoakVerdict, doubts: &[Doubt]) -> impl Iterator<Item = String> {
    soak.leaks.iter().chain(soak.drift.as_ref().filter(|_| doubts.is_empty())).cloned()
}

fn is_certain(verdict: &ThresholdVerdict, doubts: &[Doubt]) -> bool {
    if verdict.holds {
        return false;
    }
    let too_few = verdict.actual.is_some() && verdict.doubt.is_some();
    !too_few && !doubts.iter().any(|doubt| doubt.excuses(verdict))
}

fn sentence(breach: &ThresholdVerdict) -> String {
    let threshold = &breach.threshold;
    let Some(actual) = breach.actual else {
        return breach.doubt.clone().unwrap_or_else(|| format!("`{threshold}` has no data"));
    };
    let (shown, margin) = (figure::beside_limit(threshold, actual), figure::margin(threshold, actual));
    let interval = breach.interval.map_or_else(String::new, |interval| {
        let borderline = if breach.borderline { ", borderline" } else { "" };
        format!("; 95 % interval {}{borderline}", figure::interval(threshold.metric, interval))
    });
    let arm = breach.arm.as_ref().map_or_else(String::new, |arm| format!(" by `{arm}`"));
    let limit = match threshold.relative {
        Some(_) => format!(", limit {}", figure::limit(threshold, Some(actual))),
        None => String::new(),
    };
    format!("`{threshold}` was breached{arm}: {shown} ({margin}{interval}){limit}")
}

#[cfg(test)]
mod tests;
