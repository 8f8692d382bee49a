//! The load that is asked for from outside the source, in layers around what the attribute says.

use super::file::FileSettings;
use super::origin::Text;
use super::usage::Mistake;
use crate::kind::Kind;
use crate::units::{NumberError, QuantityError};
use crate::workload::{SettingError, SettingKey, Settings, parse_value};

/// What the command line, the environment and `proofload.toml` say about the load.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layers {
    pub(super) over: Settings,
    pub(super) file: FileSettings,
    /// `--scale`: a factor above zero.
    pub(crate) scale: Option<f64>,
}

impl Layers {
    /// All layers for a test of `kind` whose attribute says `attribute`: the command line over the environment over
    /// the attribute over `proofload.toml`, then scaled. What is still open is left to the built-in defaults.
    pub(crate) fn around(&self, kind: Kind, attribute: Settings) -> Settings {
        let settings = self.over(kind).over(attribute).over(self.under(kind));
        match self.scale {
            Some(factor) => with_length(settings, kind).scaled(factor),
            None => settings,
        }
    }

    /// The command line over the environment.
    ///
    /// Users and ramp-up are left out for a benchmark, which is one user by definition: `--users 50` on a whole
    /// suite is meant for the others.
    pub(crate) fn over(&self, kind: Kind) -> Settings {
        general(self.over, kind)
    }

    /// `proofload.toml`: the table of the kind over the settings above all tables.
    pub(crate) fn under(&self, kind: Kind) -> Settings {
        let own = self.file.kinds.get(&kind).copied().unwrap_or_default();
        own.over(general(self.file.general, kind))
    }
}

/// Settings that were not written for benchmarks in particular, as a test of `kind` takes them.
fn general(settings: Settings, kind: Kind) -> Settings {
    match kind {
        Kind::Benchmark => Settings { users: None, ramp_up: None, ..settings },
        _ => settings,
    }
}

/// The built-in length written out, so that it is scaled like one that was asked for.
fn with_length(settings: Settings, kind: Kind) -> Settings {
    match settings.resolve(kind) {
        Ok(workload) => Settings { length: Some(workload.length), ..settings },
        // The session meets the contradiction again, and tells it with the test's name.
        Err(_) => settings,
    }
}

/// One layer from its texts.
pub(super) fn settings_of(
    given: impl IntoIterator<Item = (SettingKey, Text)>,
    mistakes: &mut Vec<Mistake>,
) -> Settings {
    let mut settings = Settings::default();
    for (key, Text { text, origin }) in given {
        match parse_value(key, &text).map_err(|refusal| with_expectation(refusal, &text)) {
            Ok(value) => {
                if let Err(source) = settings.set(key, value) {
                    mistakes.push(Mistake::Contradiction { origin, source });
                }
            }
            Err(source) => mistakes.push(Mistake::Setting { origin, source }),
        }
    }
    settings
}

/// A text without any number is told what its setting takes, as the compiler's underline is not there to show it.
fn with_expectation(refusal: SettingError, written: &str) -> SettingError {
    match refusal {
        SettingError::Quantity { key, source: QuantityError::Number(NumberError::Missing) } => {
            SettingError::Mismatch { key, written: written.to_owned() }
        }
        other => other,
    }
}
