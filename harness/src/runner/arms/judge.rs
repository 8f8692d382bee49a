//! The verdict on a test, from those on its arms. Pure.

use super::thresholds::of_arm;
use crate::comparison::ChangeReport;
use crate::kind::Kind;
use crate::measure::Measured;
use crate::outcome::{Judgement, Outcome, ThresholdVerdict, figure_of, judge};
use crate::runner::attempts::is_worth_repeating;
use crate::threshold::Threshold;
use crate::workload::Workload;

/// One arm with its figures.
pub(crate) struct JudgedArm {
    pub(crate) name: String,
    /// Its own part of the load.
    pub(crate) workload: Workload,
    pub(crate) measured: Measured,
}

/// What the arms come to together.
pub(crate) struct ArmsResult {
    pub(crate) arms: Vec<JudgedArm>,
    pub(crate) comparisons: Vec<ChangeReport>,
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) thresholds: Vec<ThresholdVerdict>,
    pub(crate) warnings: Vec<String>,
    pub(crate) is_worth_repeating: bool,
}

/// Which arms the thresholds are about, and what each of them does to the outcome.
pub(crate) type JudgeArms = fn(Vec<JudgedArm>, Vec<ChangeReport>, &[Threshold], Kind) -> ArmsResult;

/// Outcomes from the one that says most about the test.
const RANKED: [Outcome; 3] = [Outcome::Errored, Outcome::Failed, Outcome::Invalid];

/// Judges each arm by the thresholds that are about it; the worst outcome is that of the test.
pub(crate) fn judge_arms(
    arms: Vec<JudgedArm>,
    comparisons: Vec<ChangeReport>,
    thresholds: &[Threshold],
    kind: Kind,
) -> ArmsResult {
    let names: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    let figure = |name: &str, threshold: &Threshold| {
        let other = arms.iter().find(|arm| arm.name == name)?;
        figure_of(&other.measured, threshold, kind)
    };
    let judged: Vec<(&str, Judgement)> = arms
        .iter()
        .map(|arm| (arm.name.as_str(), judge(&arm.measured, &of_arm(thresholds, &arm.name, &names, figure), kind)))
        .collect();
    let worst = RANKED.into_iter().find(|rank| judged.iter().any(|(_, judgement)| judgement.outcome == *rank));
    // The other arms ended because this one did.
    let is_lost = judged.iter().any(|(_, judgement)| judgement.stays_invalid);
    let outcome = if is_lost { Outcome::Invalid } else { worst.unwrap_or(Outcome::Passed) };
    let of_worst =
        judged.iter().filter(|(_, judgement)| judgement.outcome == outcome && (judgement.stays_invalid || !is_lost));
    let reasons: Vec<String> =
        of_worst.filter_map(|(name, judgement)| Some(format!("`{name}`: {}", judgement.reason.as_ref()?))).collect();
    let invalid = judged.iter().filter(|(_, judgement)| judgement.outcome == Outcome::Invalid);
    let can_change = outcome == Outcome::Invalid && invalid.clone().all(|(_, judgement)| is_worth_repeating(judgement));
    let (verdicts, warnings) = (verdicts(&judged), warnings(&judged));
    ArmsResult {
        comparisons,
        outcome,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        thresholds: verdicts,
        warnings,
        is_worth_repeating: can_change,
        arms,
    }
}

fn verdicts(judged: &[(&str, Judgement)]) -> Vec<ThresholdVerdict> {
    let of_arm = |(name, judgement): &(&str, Judgement)| {
        let name = (*name).to_owned();
        let with_arm =
            move |verdict: &ThresholdVerdict| ThresholdVerdict { arm: Some(name.clone()), ..verdict.clone() };
        judgement.thresholds.iter().map(with_arm).collect::<Vec<_>>()
    };
    judged.iter().flat_map(of_arm).collect()
}

/// What is said of every arm is said once.
fn warnings(judged: &[(&str, Judgement)]) -> Vec<String> {
    let mut warnings: Vec<String> = Vec::new();
    for (name, judgement) in judged {
        for warning in &judgement.warnings {
            let is_of_all = judged.iter().all(|(_, other)| other.warnings.contains(warning));
            let text = if is_of_all { warning.clone() } else { format!("`{name}`: {warning}") };
            if !warnings.contains(&text) {
                warnings.push(text);
            }
        }
    }
    warnings
}
