//! From figures to a verdict.

use std::time::Duration;

use super::soak::{self, SoakVerdict};
use super::test_outcome::Outcome;
use super::threshold_verdict::ThresholdVerdict;
use super::trust::{self, Doubt};
use super::{figure, verdict};
use crate::kind::Kind;
use crate::measure::{Ended, Measured};
use crate::metric::Metric;
use crate::threshold::{Subject, Threshold};

/// Said loudly, because an unoptimised generator and server measure the compiler's debug mode.
const UNOPTIMISED: &str = "UNOPTIMISED BUILD: these figures are not what the server can do and no baseline is written; \
                           set `[profile.test] opt-level = 3` or run with `--release`";

/// What the figures of one test come to.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// How the test ended.
    pub outcome: Outcome,
    /// Why, in a sentence, unless it passed.
    pub reason: Option<String>,
    /// Each threshold, in the order given.
    pub thresholds: Vec<ThresholdVerdict>,
    /// What a reader should know although the verdict stands.
    pub warnings: Vec<String>,
    /// A limit lies inside the interval of its figure and nothing else decides: measure for as long as [`longer`] says
    /// and judge that measurement instead. When there is no longer one, this verdict stands.
    ///
    /// [`longer`]: super::longer
    pub wants_longer: bool,
    /// For soaks: what was found besides.
    pub soak: Option<SoakVerdict>,
    /// The generator did not do what was asked: what was breached may be its doing, unless the outcome says otherwise.
    pub is_disturbed: bool,
}

/// Holds the figures of a test of `kind` against its thresholds.
///
/// No data never passes. A proven breach outranks invalid: a breach is proven unless it is a percentile with too few
/// samples, or the generator's own trouble could have caused it. `optimised` is what the build script saw.
pub fn judge(measured: &Measured, thresholds: &[Threshold], kind: Kind, optimised: bool) -> Judgement {
    let verdicts: Vec<_> = thresholds.iter().map(|threshold| verdict::hold(measured, threshold, kind)).collect();
    let soak = (kind == Kind::Soak).then(|| soak::judge(measured));
    let doubts = trust::doubts(measured, &verdicts);
    let (outcome, reason) = decide(measured, &verdicts, soak.as_ref(), &doubts, kind);
    let mut warnings: Vec<String> = verdicts.iter().filter_map(verdict::few_samples_warning).collect();
    warnings.extend(verdicts.iter().filter_map(verdict::borderline_warning));
    warnings.extend(trust::warnings(measured, &verdicts));
    warnings.extend(soak.iter().flat_map(|soak| soak.notes.iter().cloned()));
    if !optimised {
        warnings.insert(0, UNOPTIMISED.to_owned());
    }
    let (wants_longer, is_disturbed) = (is_undecided(outcome, &verdicts), !doubts.is_empty());
    Judgement { outcome, reason, thresholds: verdicts, warnings, wants_longer, soak, is_disturbed }
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
    if let Some(nothing) = no_answer(measured).or_else(|| nothing_measured(measured, verdicts, kind)) {
        // Who was held up itself cannot say that nobody answered.
        let ours = doubts.iter().find(|doubt| matches!(doubt, Doubt::OwnErrors(_) | Doubt::Hiccups(..)));
        return ours.map_or_else(|| fail(nothing), |ours| invalid(ours.to_string()));
    }
    let found = soak.into_iter().flat_map(|soak| unsound(soak, doubts));
    let proven: Vec<String> = breaches(verdicts, doubts).into_iter().chain(found).collect();
    if !proven.is_empty() {
        return fail(proven.join("; "));
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

/// The server has fallen silent.
fn no_answer(measured: &Measured) -> Option<String> {
    let time = |waited: Duration| figure::time(waited.as_secs_f64());
    match measured.ended {
        Ended::NoAnswer(waited) => {
            Some(format!("no answer of any kind for {}, so the rest was not sent", time(waited)))
        }
        Ended::FellSilent(silence) => {
            Some(format!("the server stopped answering: nothing came back in the last {} of the run", time(silence)))
        }
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
        return none.then(|| "no iteration was measured, and no data never passes".to_owned());
    }
    let nothing = match requests.intended {
        0 => "the test sent no request: use `user.get(…)`, or `user.measure(…)` for what is not HTTP",
        intended if intended == requests.never_sent => "none of the planned requests was sent",
        _ => return None,
    };
    Some(nothing.to_owned())
}

/// Not one request ended ok, and no threshold asks for success: quick refusals would pass for a fast server.
fn nothing_succeeded(measured: &Measured, verdicts: &[ThresholdVerdict]) -> Option<String> {
    let requests = &measured.total.requests;
    let asks = |verdict: &ThresholdVerdict| {
        verdict.threshold.subject == Subject::Total
            && matches!(verdict.threshold.metric, Metric::SuccessRate | Metric::ErrorRate | Metric::Failed)
    };
    let none_ok = requests.intended > 0 && requests.ok == 0 && !verdicts.iter().any(asks);
    none_ok.then(|| "not one request ended ok".to_owned())
}

/// Ramps alone leave nothing that a threshold judges, unless it names one.
fn none_is_steady(measured: &Measured, verdicts: &[ThresholdVerdict]) -> Option<String> {
    let is_steady = measured.stages.iter().any(|stage| stage.from == stage.to);
    let why = "every stage is a ramp, and only steady ones are judged: hold a level for a while, or name a stage, as in \
               `p95(\"stage peak\")`";
    let judges_nothing = verdicts.iter().all(|verdict| verdict.actual.is_none());
    (!is_steady && judges_nothing).then(|| why.to_owned())
}

/// One sentence over every proven breach and every threshold without data, if there is one.
fn breaches(verdicts: &[ThresholdVerdict], doubts: &[Doubt]) -> Option<String> {
    let mut proven = verdicts.iter().filter(|verdict| is_proven(verdict, doubts));
    let first = sentence(proven.next()?);
    Some(match proven.count() {
        0 => first,
        1 => format!("{first}; and 1 more threshold"),
        more => format!("{first}; and {more} more thresholds"),
    })
}

/// The leaks, and the drift unless the generator's own trouble could have caused it.
fn unsound(soak: &SoakVerdict, doubts: &[Doubt]) -> impl Iterator<Item = String> {
    soak.leaks.iter().chain(soak.drift.as_ref().filter(|_| doubts.is_empty())).cloned()
}

fn is_proven(verdict: &ThresholdVerdict, doubts: &[Doubt]) -> bool {
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
    format!("`{threshold}` was breached: {shown} ({margin}{interval})")
}

#[cfg(test)]
mod tests;
