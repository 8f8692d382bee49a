//! Settings together: does any case ask for a load that contradicts itself or the kind?

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::workload::{SettingKey, Settings, WorkloadError};

use super::{Case, Given, Load, Setting};
use crate::mistakes::Mistakes;

/// Tries every load that the registry will make of the declaration, as far as literals tell.
pub(crate) fn refuse_contradictions(kind: Kind, test: &Load, cases: &[Case], mistakes: &mut Mistakes) {
    tell(mistakes_in_one_layer(test), &[test], mistakes);
    if cases.is_empty() {
        tell(contradictions(kind, &[test]), &[test], mistakes);
    }
    for case in cases {
        let case = &case.load;
        tell(mistakes_in_one_layer(case), &[case], mistakes);
        tell(contradictions(kind, &[case, test]), &[case, test], mistakes);
    }
}

/// `requests` beside `duration`, whatever their values.
fn mistakes_in_one_layer(load: &Load) -> Vec<WorkloadError> {
    let has = |key| load.settings.iter().any(|setting| setting.key == key);
    let both = has(SettingKey::Requests) && has(SettingKey::Duration);
    both.then_some(WorkloadError::TwoLengths).into_iter().collect()
}

/// The different contradictions of all combinations of values, the highest layer first.
fn contradictions(kind: Kind, layers: &[&Load]) -> Vec<WorkloadError> {
    let mut found = Vec::new();
    for mut settings in combinations(layers) {
        while let Err(contradiction) = settings.resolve(kind) {
            settings = without_a_part_of(&contradiction, settings);
            if !found.contains(&contradiction) {
                found.push(contradiction);
            }
        }
    }
    found
}

/// What is left for the next contradiction to be found in.
fn without_a_part_of(contradiction: &WorkloadError, settings: Settings) -> Settings {
    match contradiction {
        WorkloadError::BenchmarkUsers(_) | WorkloadError::FewerRequestsThanUsers { .. } => {
            Settings { users: None, ..settings }
        }
        WorkloadError::BenchmarkRampUp => Settings { ramp_up: None, ..settings },
        WorkloadError::TwoLengths => Settings { length: None, ..settings },
    }
}

fn combinations(layers: &[&Load]) -> Vec<Settings> {
    let mut combined = vec![Settings::default()];
    for layer in layers {
        let mut of_layer = vec![Settings::default()];
        for setting in &layer.settings {
            of_layer = of_layer.iter().flat_map(|settings| each_value(*settings, setting)).collect();
        }
        combined = combined.iter().flat_map(|upper| of_layer.iter().map(|lower| upper.over(*lower))).collect();
    }
    combined
}

fn each_value(settings: Settings, setting: &Setting) -> Vec<Settings> {
    let with = |given: &Given| {
        let mut settings = settings;
        if let Given::Literal { value, .. } = given {
            // A refusal means two lengths in one layer, which is told apart.
            settings.set(setting.key, *value).ok();
        }
        settings
    };
    setting.values.iter().map(with).collect()
}

/// On the tokens of the innermost setting that takes part.
fn tell(contradictions: Vec<WorkloadError>, layers: &[&Load], mistakes: &mut Mistakes) {
    for contradiction in contradictions {
        let parts = parts_of(&contradiction);
        // The later of two in one layer, because the one above it was there first.
        let culprit = layers.iter().find_map(|layer| layer.settings.iter().rev().find(|one| parts.contains(&one.key)));
        let culprit = culprit.expect("a contradiction is between settings, and defaults do not contradict");
        mistakes.at(&culprit.tokens, contradiction);
    }
}

fn parts_of(contradiction: &WorkloadError) -> &'static [SettingKey] {
    match contradiction {
        WorkloadError::BenchmarkUsers(_) => &[SettingKey::Users],
        WorkloadError::BenchmarkRampUp => &[SettingKey::RampUp],
        WorkloadError::FewerRequestsThanUsers { .. } => &[SettingKey::Users, SettingKey::Requests],
        WorkloadError::TwoLengths => &[SettingKey::Requests, SettingKey::Duration],
    }
}
