//! Settings from their texts, wherever those were given.

use super::origin::Text;
use super::usage::Mistake;
use crate::settings::{SettingError, SettingKey, Settings, parse_value};
use crate::units::{NumberError, QuantityError};

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
