//! Settings in layers: the values of one layer, and one layer over another.

use super::contradiction::WorkloadError;
use super::question::Question;
use super::shape::{LevelUnit, Stages, Surge};
use super::table::{SettingKey, Settings};
use super::value::SettingValue;
use crate::workload::{RunLength, first_and_full_load};

impl Settings {
    /// Takes one value into this layer.
    ///
    /// # Errors
    /// `requests` and `duration` in one layer contradict each other. A value that is not of the setting's type is
    /// refused too; [`parse_value`](super::parse::parse_value) makes none.
    pub fn set(&mut self, key: SettingKey, value: SettingValue) -> Result<(), WorkloadError> {
        let answers_how_long = |key: &SettingKey| key.spec().question == Some(Question::HowLong);
        let rival = SettingKey::LOAD
            .into_iter()
            .find(|other| *other != key && answers_how_long(other) && answers_how_long(&key) && self.has(*other));
        if let Some(rival) = rival {
            return Err(WorkloadError::same_question(rival, key));
        }
        self.put(key, value).map_err(|value| WorkloadError::Mismatch { setting: key, value: format!("{value:?}") })
    }

    /// This layer without what it says about `keys`.
    #[must_use]
    pub fn without(self, keys: &[SettingKey]) -> Settings {
        self.only(|key| !keys.contains(&key))
    }

    /// What this layer says about the settings that `is_kept` accepts.
    #[must_use]
    pub fn only(mut self, is_kept: impl Fn(SettingKey) -> bool) -> Settings {
        SettingKey::LOAD.into_iter().filter(|key| !is_kept(*key)).for_each(|key| self.clear(key));
        self
    }

    /// This layer over `lower`: what this one leaves open, the lower one fills, as far as it is not
    /// [replaced](SettingKey::replaces).
    #[must_use]
    pub fn over(self, lower: Settings) -> Settings {
        let given: Vec<SettingKey> = SettingKey::LOAD.into_iter().filter(|key| self.has(*key)).collect();
        let lower = lower.only(|below| !given.iter().any(|key| key.replaces(below)));
        self.or(lower)
    }

    /// When the measurement ends, if this layer gives that.
    pub fn length(&self) -> Option<RunLength> {
        self.requests.map(RunLength::Requests).or_else(|| self.duration.map(RunLength::Duration))
    }

    /// The setting that plans arrivals, if the workload is open.
    pub fn arrivals_come_from(&self) -> Option<SettingKey> {
        let is_rate = |unit: LevelUnit| unit == LevelUnit::PerSecond;
        let sources = [
            (SettingKey::Rate, self.rate.is_some()),
            (SettingKey::Stages, self.stages.as_ref().is_some_and(|stages| is_rate(stages.unit))),
            (SettingKey::Spike, self.spike.as_ref().is_some_and(|surge| is_rate(surge.unit))),
            (SettingKey::Sweep, self.sweep.as_ref().is_some_and(|sweep| is_rate(sweep.unit))),
        ];
        sources.into_iter().find_map(|(key, is_open)| is_open.then_some(key))
    }

    /// The setting that says how many users, or iterations at once, there may be; `None` for the built-in in-flight cap.
    pub(super) fn most_users_come_from(&self) -> Option<SettingKey> {
        if self.arrivals_come_from().is_some() || self.capacity.is_some() || self.max_in_flight.is_some() {
            return self.max_in_flight.map(|_| SettingKey::MaxInFlight);
        }
        let levels = [SettingKey::Stages, SettingKey::Spike, SettingKey::Sweep];
        Some(levels.into_iter().find(|key| self.has(*key)).unwrap_or(SettingKey::Users))
    }

    /// True if a steady stage has a higher level than the first one: what `degradation` compares.
    pub fn has_second_level(&self) -> bool {
        let levels = |stages: &Stages| stages.stages.iter().map(|stage| (stage.from, stage.to)).collect::<Vec<_>>();
        let of_stages = self.stages.as_ref().and_then(|stages| first_and_full_load(levels(stages)));
        // A surge is above its base.
        of_stages.is_some() || self.spike.is_some()
    }

    /// The stages that thresholds may name.
    pub fn stage_names(&self) -> Vec<&str> {
        let of_spike = self.spike.iter().flat_map(|_| Surge::STAGES);
        self.stages.iter().flat_map(Stages::names).chain(of_spike).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::parse::parse_value;
    use super::*;
    use crate::workload::Rate;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_higher_layer_replaces_either_length_of_a_lower_one() {
        let command_line = Settings { duration: Some(SECOND), ..Settings::default() };
        let lower = Settings { requests: Some(5000), ..Settings::default() };
        assert_eq!(command_line.over(lower).length(), Some(RunLength::Duration(SECOND)));
    }

    #[test]
    fn a_higher_rate_replaces_users_and_what_belongs_to_them() {
        let upper = Settings { rate: Some(Rate::PerSecond(5.0)), ..Settings::default() };
        let lower = Settings { users: Some(5), ramp_up: Some(SECOND), seed: Some(1), ..Settings::default() };
        let merged = upper.over(lower);
        assert_eq!((merged.users, merged.ramp_up, merged.seed), (None, None, Some(1)));
        assert_eq!(merged.rate, Some(Rate::PerSecond(5.0)));
    }

    #[test]
    fn the_setting_that_limits_users_is_the_one_that_was_written() {
        let of = |written: &[(SettingKey, &str)]| {
            let mut settings = Settings::default();
            for (key, text) in written {
                settings.set(*key, parse_value(*key, text).unwrap()).unwrap();
            }
            settings.most_users_come_from()
        };
        assert_eq!(of(&[]), Some(SettingKey::Users));
        assert_eq!(of(&[(SettingKey::Sweep, "users = [10, 20]")]), Some(SettingKey::Sweep));
        assert_eq!(of(&[(SettingKey::Rate, "10/s")]), None);
        assert_eq!(of(&[(SettingKey::Rate, "10/s"), (SettingKey::MaxInFlight, "5")]), Some(SettingKey::MaxInFlight));
    }

    #[test]
    fn two_lengths_in_one_layer_contradict() {
        let mut settings = Settings { requests: Some(10), ..Settings::default() };
        let refusal = settings.set(SettingKey::Duration, SettingValue::Duration(SECOND));
        assert_eq!(refusal, Err(WorkloadError::same_question(SettingKey::Requests, SettingKey::Duration)));
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut settings = Settings::default();
        let refusal = settings.set(SettingKey::Users, SettingValue::Duration(SECOND)).unwrap_err().to_string();
        assert!(refusal.starts_with("`users` expects a whole number of at least 1"), "{refusal}");
        assert!(settings.set(SettingKey::Name, SettingValue::Count(1)).is_err());
        assert_eq!(settings, Settings::default());
    }

    /// Holds for every row of the table: its example reads as its type, and its type is that of its field.
    #[test]
    fn the_example_of_each_setting_is_read_and_taken() {
        for key in SettingKey::LOAD {
            let example = key.spec().example;
            let text = example.strip_prefix(key.name()).expect("an example begins with the name");
            let text = match key.takes().has_parentheses() {
                true => text.trim_matches(['(', ')']),
                false => text.trim_start_matches(" = ").trim_matches('"'),
            };
            let value = parse_value(key, text).unwrap_or_else(|error| panic!("{example}: {error}"));
            let mut settings = Settings::default();
            settings.set(key, value).unwrap_or_else(|error| panic!("{example}: {error}"));
            assert!(settings.has(key), "{example}");
            assert_eq!(settings.without(&[key]), Settings::default(), "{example}");
        }
    }
}
