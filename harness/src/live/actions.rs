//! What the page may ask of a session that it drives: a [`PageAction`].

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// An action, as the page sends it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action", deny_unknown_fields)]
pub(crate) enum PageAction {
    /// Run a test.
    Start {
        /// Its name.
        test: String,
        /// Settings as on the command line, by the name of their flag: `duration` is `10s`.
        #[serde(default)]
        settings: BTreeMap<String, String>,
    },
    /// End the run in progress; what was measured is judged.
    Stop {},
    /// Go on with this many users, or arrivals each second.
    Change {
        /// As a person writes it: `50`, `300/s`.
        load: String,
    },
}

impl PageAction {
    /// Reads the body of a request to `/api/<name>`.
    pub(super) fn read(name: &str, mut body: Value) -> Result<PageAction, serde_json::Error> {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("action".to_owned(), name.into());
        }
        serde_json::from_value(body)
    }
}

/// What carries the page's actions out. Returns at once.
pub(crate) trait Driver: Send + Sync {
    /// # Errors
    /// Why not, as a sentence.
    fn act(&self, action: PageAction) -> Result<(), String>;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_action_is_its_name_and_its_fields_and_nothing_else() {
        let start = PageAction::read("start", json!({ "test": "a", "settings": { "users": "5" } })).unwrap();
        let settings = BTreeMap::from([("users".to_owned(), "5".to_owned())]);
        assert_eq!(start, PageAction::Start { test: "a".to_owned(), settings });
        assert_eq!(PageAction::read("stop", json!({})).unwrap(), PageAction::Stop {});
        assert!(PageAction::read("stop", json!({ "now": true })).is_err());
        assert!(PageAction::read("start", json!({})).is_err());
        assert!(PageAction::read("start", json!(null)).is_err());
        assert!(PageAction::read("change", json!({ "load": 5 })).is_err());
    }
}
