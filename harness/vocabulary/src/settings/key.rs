//! A setting by its name.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::question::{ModelKind, Question};
use super::table::SettingKey;
use super::value_type::ValueType;
use crate::kind::Kind;
use crate::suggest::did_you_mean;

/// A word that is not a setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown setting `{word}`{answer}")]
pub struct UnknownSetting {
    /// The word as written.
    pub word: String,
    /// `, did you mean …?`, or the list of all settings if none is near.
    pub answer: String,
}

impl SettingKey {
    /// As written in the attribute and in `proofload.toml`.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// What its value looks like.
    pub const fn takes(self) -> ValueType {
        self.spec().takes
    }

    /// True if a test of `kind` can have it.
    pub fn fits(self, kind: Kind) -> bool {
        !self.spec().not_for.contains(&kind)
    }

    /// True if it says how much load there is; a layer that gives one such setting replaces whichever the layer below
    /// gives.
    pub fn is_source_of_load(self) -> bool {
        self.spec().question == Some(Question::HowMuch)
    }

    /// True if it is a load of more than one number: stages, a spike or a sweep.
    pub fn is_planned_load(self) -> bool {
        self.is_source_of_load() && self.spec().model.is_none()
    }

    /// True if it only makes sense in a workload of `model`.
    pub fn belongs_to(self, model: ModelKind) -> bool {
        self.spec().model == Some(model)
    }

    /// True if it contradicts `other` in the same test.
    pub fn excludes(self, other: SettingKey) -> bool {
        self.spec().excludes.iter().any(|exclusion| exclusion.settings.contains(&other))
    }

    /// True if `self` in a layer takes the place of `below` in a lower layer.
    ///
    /// What only makes sense beside the replaced setting goes with it: a rate in place of users has no `ramp_up`.
    pub fn replaces(self, below: SettingKey) -> bool {
        let (own, other) = (self.spec(), below.spec());
        if self == below || (own.question.is_some() && own.question == other.question) {
            return true;
        }
        let belongs_to_the_other_model = match (own.model, other.model) {
            (Some(own), Some(other)) => own != other,
            _ => false,
        };
        self.is_source_of_load() && (self.excludes(below) || belongs_to_the_other_model)
    }
}

impl FromStr for SettingKey {
    type Err = UnknownSetting;

    fn from_str(word: &str) -> Result<SettingKey, UnknownSetting> {
        SettingKey::ALL
            .into_iter()
            .find(|key| key.name() == word)
            .ok_or_else(|| UnknownSetting { word: word.to_owned(), answer: answer_to(word) })
    }
}

fn answer_to(word: &str) -> String {
    let meant = SettingKey::ALL.into_iter().filter(|key| key.spec().also_called.contains(&word));
    let meant: Vec<String> = meant.map(|key| format!("`{key}`")).collect();
    if !meant.is_empty() {
        return format!(", did you mean {}?", meant.join(" or "));
    }
    let names = SettingKey::ALL.map(SettingKey::name);
    let suggestion = did_you_mean(word, names);
    if suggestion.is_empty() { format!(" (settings: {})", names.join(", ")) } else { suggestion }
}

impl fmt::Display for SettingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_reads_back_from_its_name() {
        for key in SettingKey::ALL {
            assert_eq!(key.name().parse(), Ok(key));
        }
    }

    #[test]
    fn a_higher_layer_replaces_what_answers_the_same_question_and_what_belongs_to_it() {
        assert!(SettingKey::Rate.replaces(SettingKey::Users));
        assert!(SettingKey::Rate.replaces(SettingKey::RampUp));
        assert!(SettingKey::Users.replaces(SettingKey::Overflow));
        assert!(SettingKey::Stages.replaces(SettingKey::Duration));
        assert!(SettingKey::SpawnRate.replaces(SettingKey::RampUp));
        assert!(!SettingKey::Duration.replaces(SettingKey::Stages), "stages know how long they last");
        assert!(!SettingKey::Pace.replaces(SettingKey::Rate), "a pace alone brings no users");
        assert!(!SettingKey::Timeout.replaces(SettingKey::Seed));
    }

    #[test]
    fn a_misspelt_setting_is_answered_with_the_nearest_or_with_all() {
        let answer = |word: &str| word.parse::<SettingKey>().unwrap_err().to_string();
        assert_eq!(answer("user"), "unknown setting `user`, did you mean `users`?");
        assert_eq!(answer("ramp"), "unknown setting `ramp`, did you mean `ramp_up` or `stages`?");
        let all = answer("banana");
        assert!(all.starts_with("unknown setting `banana` (settings: kind, "), "{all}");
        for key in SettingKey::ALL {
            assert!(all.contains(key.name()), "{key} is missing in: {all}");
        }
    }
}
