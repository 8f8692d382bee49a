//! Settings together: does any case ask for a load that contradicts itself or the kind?

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingKey, Settings, WorkloadError};

use super::clauses::{Case, LoadClauses};
use super::mix::{UserClasses, unknown_class};
use super::setting::{Setting, WrittenValue};
use super::threshold::CheckedThreshold;
use super::threshold::{unknown_stage, without_a_search, without_a_second_level, without_a_surge};
use super::versus::{ServersInTurn, unknown_reference};
use crate::mistakes::Mistakes;
use crate::perf::parse::Word;
use crate::perf::recorded::RecordedNames;
use crate::perf::versus::EXAMPLE;

/// Everything that the registry will make tests of.
pub(crate) struct LoadCheck<'a> {
    pub(crate) kind: Kind,
    /// The word `kind`, for what is missing in the whole.
    pub(crate) word: &'a Word,
    pub(crate) test: &'a LoadClauses,
    pub(crate) cases: &'a [Case],
    pub(crate) compared: ServersInTurn<'a>,
    pub(crate) classes: UserClasses<'a>,
    /// The values that the function records.
    pub(crate) recorded: &'a RecordedNames,
    /// False if something could not be read, so that what seems to be missing may be in it.
    pub(crate) is_complete: bool,
}

/// A contradiction and the setting it is reported on; `None` for the kind.
struct Finding<'a> {
    culprit: Option<&'a Setting>,
    contradiction: WorkloadError,
}

impl<'a> LoadCheck<'a> {
    /// Tries every load that the registry will make of the declaration, as far as literals show.
    pub(crate) fn refuse_contradictions(&self, mistakes: &mut Mistakes) {
        let mut findings: Vec<Finding<'a>> = Vec::new();
        self.collect(mistakes_in_one_layer(self.test), &[self.test], &mut findings);
        for layers in self.stacks() {
            if let [case, _] = layers.as_slice() {
                self.collect(mistakes_in_one_layer(case), &[case], &mut findings);
            }
            self.collect(self.contradictions(&layers), &layers, &mut findings);
        }
        for Finding { culprit, contradiction } in findings {
            match culprit {
                Some(setting) => mistakes.at(&setting.tokens, contradiction),
                None => mistakes.at(&self.word.tokens, contradiction),
            }
        }
    }

    /// Turns are taken between servers, so there must be some.
    pub(crate) fn refuse_order_of_nothing(&self, mistakes: &mut Mistakes) {
        if !matches!(self.compared, ServersInTurn::Nothing) {
            return;
        }
        let layers = std::iter::once(self.test).chain(self.cases.iter().map(|case| &case.load));
        for setting in layers.flat_map(|layer| &layer.settings).filter(|setting| setting.key == SettingKey::Order) {
            let message = format!(
                "`order` says how servers take turns, and this test compares none: add `versus(…)`, as in {EXAMPLE}, or drop `order`"
            );
            mistakes.at(&setting.tokens, message);
        }
    }

    /// A threshold must find its stage, and a run that measures its metric, in every test that it judges.
    pub(crate) fn refuse_unanswerable_thresholds(&self, mistakes: &mut Mistakes) {
        let mut refused: Vec<*const CheckedThreshold> = Vec::new();
        for layers in self.stacks() {
            let settings = combinations(&layers).into_iter().next().unwrap_or_default();
            for checked in layers.iter().flat_map(|layer| &layer.thresholds) {
                if refused.contains(&std::ptr::from_ref(checked)) {
                    continue;
                }
                if let Some(refusal) = self.refusal_of(checked, &settings) {
                    refused.push(checked);
                    mistakes.at(&checked.subject_tokens, refusal);
                } else if let Some(refusal) = unknown_reference(checked, self.compared) {
                    refused.push(checked);
                    mistakes.at(&checked.reference_tokens, refusal);
                }
            }
        }
    }

    fn refusal_of(&self, checked: &CheckedThreshold, settings: &Settings) -> Option<String> {
        let is_staged = settings.spike.is_some() || settings.stages.is_some();
        let metric = checked.threshold.metric;
        let refusal = unknown_stage(checked, &settings.stage_names())
            .or_else(|| without_a_surge(metric, is_staged))
            .or_else(|| without_a_second_level(metric, settings.has_second_level()))
            .filter(|_| is_staged || self.is_complete);
        unknown_class(checked, self.classes)
            .or(refusal)
            .or_else(|| self.recorded.refusal_of(checked.threshold.subject.value()?))
            .or_else(|| without_a_search(metric, self.kind))
    }

    /// The different contradictions of all combinations of values.
    fn contradictions(&self, layers: &[&LoadClauses]) -> Vec<WorkloadError> {
        let mut found = Vec::new();
        for mut settings in combinations(layers) {
            while let Err(contradiction) = settings.plan_for(self.kind, self.compared.servers()) {
                let part = part_to_leave_out(&contradiction, &settings);
                if !found.contains(&contradiction) {
                    found.push(contradiction);
                }
                // What is left may hold another contradiction.
                let Some(part) = part else { break };
                settings = settings.without(&[part]);
            }
        }
        found
    }

    /// The test, or each case over it; the highest layer first.
    fn stacks(&self) -> Vec<Vec<&'a LoadClauses>> {
        match self.cases {
            [] => vec![vec![self.test]],
            cases => cases.iter().map(|case| vec![&case.load, self.test]).collect(),
        }
    }

    /// Each on the innermost setting that takes part, and only once if that is the test's.
    fn collect(&self, contradictions: Vec<WorkloadError>, layers: &[&'a LoadClauses], findings: &mut Vec<Finding<'a>>) {
        for contradiction in contradictions {
            if !self.is_complete && contradiction.is_about_something_missing() {
                continue;
            }
            let parts = contradiction.parts();
            // The later of two in one layer, because the one above it was there first.
            let of_layer = |layer: &&'a LoadClauses| layer.settings.iter().rev().find(|one| parts.contains(&one.key));
            let culprit = layers.iter().find_map(of_layer);
            let is_known = findings.iter().any(|known| {
                known.contradiction == contradiction
                    && known.culprit.map(std::ptr::from_ref) == culprit.map(std::ptr::from_ref)
            });
            if !is_known {
                findings.push(Finding { culprit, contradiction });
            }
        }
    }
}

/// `requests` beside `duration`, whatever their values.
fn mistakes_in_one_layer(load: &LoadClauses) -> Vec<WorkloadError> {
    let has = |key| load.settings.iter().any(|setting| setting.key == key);
    let both = has(SettingKey::Requests) && has(SettingKey::Duration);
    both.then_some(WorkloadError::same_question(SettingKey::Requests, SettingKey::Duration)).into_iter().collect()
}

/// The one of two that was there first stays, unless it is a number of users, which all else is held against.
fn part_to_leave_out(contradiction: &WorkloadError, settings: &Settings) -> Option<SettingKey> {
    let given = |keys: Vec<SettingKey>| keys.into_iter().find(|key| settings.has(*key));
    match contradiction {
        WorkloadError::SameQuestion { second, .. } => Some(*second),
        other => given(other.parts()),
    }
}

fn combinations(layers: &[&LoadClauses]) -> Vec<Settings> {
    let mut combined = vec![Settings::default()];
    for layer in layers {
        let mut of_layer = vec![Settings::default()];
        for setting in &layer.settings {
            of_layer = of_layer.iter().flat_map(|settings| each_value(settings, setting)).collect();
        }
        let over_each = |upper: &Settings| -> Vec<Settings> {
            of_layer.iter().map(|lower| upper.clone().over(lower.clone())).collect()
        };
        combined = combined.iter().flat_map(over_each).collect();
    }
    combined
}

fn each_value(settings: &Settings, setting: &Setting) -> Vec<Settings> {
    let with = |given: &WrittenValue| {
        let mut settings = settings.clone();
        if let WrittenValue::Literal { value, .. } = given {
            // An error means two lengths in one layer, which is reported separately.
            settings.set(setting.key, value.clone()).ok();
        }
        settings
    };
    setting.values.iter().map(with).collect()
}
