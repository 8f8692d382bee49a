//! A load and its thresholds, as an attribute would write them.

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingKey, parse_value};
use proofload_vocabulary::threshold::Threshold;

use crate::failure::UsageFailure;

/// What the attribute of a test says.
#[derive(Debug, Clone)]
pub(crate) struct LoadSpec {
    /// The name of the test: `closed`.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Each setting with its value as the attribute writes it; checked.
    settings: Vec<(SettingKey, String)>,
    /// As the attribute writes them; checked.
    thresholds: Vec<String>,
}

impl LoadSpec {
    pub(crate) fn new(name: &str, kind: Kind) -> LoadSpec {
        LoadSpec { name: name.to_owned(), kind, settings: Vec::new(), thresholds: Vec::new() }
    }

    /// Adds a setting; `flag` is what the person wrote it as, for the message.
    pub(crate) fn set(&mut self, key: SettingKey, flag: &str, value: &str) -> Result<(), UsageFailure> {
        parse_value(key, value).map_err(|error| UsageFailure::new(format!("{flag} {value}: {error}")))?;
        self.settings.push((key, value.to_owned()));
        Ok(())
    }

    /// Adds a threshold of `--require`.
    pub(crate) fn require(&mut self, text: &str) -> Result<(), UsageFailure> {
        text.parse::<Threshold>().map_err(|error| UsageFailure::new(format!("--require \"{text}\": {error}")))?;
        self.thresholds.push(text.to_owned());
        Ok(())
    }

    pub(crate) fn settings(&self) -> &[(SettingKey, String)] {
        &self.settings
    }

    /// Those that were given, or the one without which a run of nothing but failures would pass.
    pub(crate) fn thresholds(&self) -> Vec<String> {
        let none_given = self.thresholds.is_empty();
        if none_given { vec!["success_rate > 0%".to_owned()] } else { self.thresholds.clone() }
    }
}
