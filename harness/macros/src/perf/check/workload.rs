//! Settings together: does any case ask for a load that contradicts itself or the kind?

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingKey, Settings, WorkloadError};

use super::threshold::{unknown_stage, without_a_search, without_a_surge};
use super::{Case, Checked, Given, Load, Setting};
use crate::mistakes::Mistakes;
use crate::perf::parse::Word;

/// Everything that the registry will make tests of.
pub(crate) struct Declaration<'a> {
    pub(crate) kind: Kind,
    /// The word `kind`, for what is missing in the whole.
    pub(crate) word: &'a Word,
    pub(crate) test: &'a Load,
    pub(crate) cases: &'a [Case],
    /// False if something could not be read, so that what seems to be missing may stand there.
    pub(crate) is_complete: bool,
}

/// A contradiction and the setting it is told on; `None` for the kind.
type Told<'a> = (Option<&'a Setting>, WorkloadError);

impl<'a> Declaration<'a> {
    /// Tries every load that the registry will make of the declaration, as far as literals tell.
    pub(crate) fn refuse_contradictions(&self, mistakes: &mut Mistakes) {
        let mut told: Vec<Told<'a>> = Vec::new();
        self.tell(mistakes_in_one_layer(self.test), &[self.test], &mut told);
        for layers in self.stacks() {
            if let [case, _] = layers.as_slice() {
                self.tell(mistakes_in_one_layer(case), &[case], &mut told);
            }
            self.tell(contradictions(self.kind, &layers), &layers, &mut told);
        }
        for (culprit, contradiction) in told {
            match culprit {
                Some(setting) => mistakes.at(&setting.tokens, contradiction),
                None => mistakes.at(&self.word.tokens, contradiction),
            }
        }
    }

    /// A threshold must find its stage, and a run that measures its metric, in every test that it judges.
    pub(crate) fn refuse_unanswerable_thresholds(&self, mistakes: &mut Mistakes) {
        let mut told: Vec<*const Checked> = Vec::new();
        for layers in self.stacks() {
            let settings = combinations(&layers).into_iter().next().unwrap_or_default();
            for checked in layers.iter().flat_map(|layer| &layer.thresholds) {
                if told.contains(&std::ptr::from_ref(checked)) {
                    continue;
                }
                if let Some(refusal) = self.refusal_of(checked, &settings) {
                    told.push(checked);
                    mistakes.at(&checked.subject_tokens, refusal);
                }
            }
        }
    }

    fn refusal_of(&self, checked: &Checked, settings: &Settings) -> Option<String> {
        let is_staged = settings.spike.is_some() || settings.stages.is_some();
        let refusal = unknown_stage(checked, &settings.stage_names())
            .or_else(|| without_a_surge(checked.threshold.metric, is_staged))
            .filter(|_| is_staged || self.is_complete);
        refusal.or_else(|| without_a_search(checked.threshold.metric, self.kind))
    }

    /// The test, or each case over it; the highest layer first.
    fn stacks(&self) -> Vec<Vec<&'a Load>> {
        match self.cases {
            [] => vec![vec![self.test]],
            cases => cases.iter().map(|case| vec![&case.load, self.test]).collect(),
        }
    }

    /// Each on the innermost setting that takes part, and only once if that is the test's.
    fn tell(&self, contradictions: Vec<WorkloadError>, layers: &[&'a Load], told: &mut Vec<Told<'a>>) {
        for contradiction in contradictions {
            if !self.is_complete && contradiction.is_about_something_missing() {
                continue;
            }
            let parts = contradiction.parts();
            // The later of two in one layer, because the one above it was there first.
            let of_layer = |layer: &&'a Load| layer.settings.iter().rev().find(|one| parts.contains(&one.key));
            let culprit = layers.iter().find_map(of_layer);
            let is_told = told.iter().any(|(setting, earlier)| {
                *earlier == contradiction && setting.map(std::ptr::from_ref) == culprit.map(std::ptr::from_ref)
            });
            if !is_told {
                told.push((culprit, contradiction));
            }
        }
    }
}

/// `requests` beside `duration`, whatever their values.
fn mistakes_in_one_layer(load: &Load) -> Vec<WorkloadError> {
    let has = |key| load.settings.iter().any(|setting| setting.key == key);
    let both = has(SettingKey::Requests) && has(SettingKey::Duration);
    both.then_some(WorkloadError::same_question(SettingKey::Requests, SettingKey::Duration)).into_iter().collect()
}

/// The different contradictions of all combinations of values.
fn contradictions(kind: Kind, layers: &[&Load]) -> Vec<WorkloadError> {
    let mut found = Vec::new();
    for mut settings in combinations(layers) {
        while let Err(contradiction) = settings.plan(kind) {
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

/// The one of two that was there first stays, unless it is a number of users, which all else is held against.
fn part_to_leave_out(contradiction: &WorkloadError, settings: &Settings) -> Option<SettingKey> {
    let given = |keys: Vec<SettingKey>| keys.into_iter().find(|key| settings.has(*key));
    match contradiction {
        WorkloadError::SameQuestion { second, .. } => Some(*second),
        other => given(other.parts()),
    }
}

fn combinations(layers: &[&Load]) -> Vec<Settings> {
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
    let with = |given: &Given| {
        let mut settings = settings.clone();
        if let Given::Literal { value, .. } = given {
            // A refusal means two lengths in one layer, which is told apart.
            settings.set(setting.key, value.clone()).ok();
        }
        settings
    };
    setting.values.iter().map(with).collect()
}
