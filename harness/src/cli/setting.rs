//! Settings from their texts, wherever those were given.

use super::origin::GivenText;
use super::usage::UsageMistake;
use crate::settings::{SettingError, SettingKey, Settings, parse_value};
use crate::units::{NumberError, QuantityError};

/// One layer from its texts.
pub(super) fn settings_of(
    given: impl IntoIterator<Item = (SettingKey, GivenText)>,
    mistakes: &mut Vec<UsageMistake>,
) -> Settings {
    let mut settings = Settings::default();
    for (key, GivenText { text, origin }) in given {
        match parse_value(key, &text).map_err(|refusal| with_expectation(refusal, &text)) {
            Ok(value) => {
                if let Err(source) = settings.set(key, value) {
                    mistakes.push(UsageMistake::Contradiction { origin, source });
                }
            }
            Err(source) => mistakes.push(UsageMistake::Setting { origin, source }),
        }
    }
    settings
}

/// For a text without any number the message says what the setting takes, as there is no underline here to show it.
fn with_expectation(refusal: SettingError, written: &str) -> SettingError {
    match refusal {
        SettingError::Quantity { key, source: QuantityError::Number(NumberError::Missing) } => {
            SettingError::Mismatch { key, written: written.to_owned() }
        }
        other => other,
    }
}
