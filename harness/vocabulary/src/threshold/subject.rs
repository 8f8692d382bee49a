//! What a threshold takes its figure from.

use std::fmt;

/// The whole test, or a part of it: `p95 < 1s`, `p95("GET /config") < 1s`, `p95("stage peak") < 1s`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Subject {
    /// The whole test; with stages, its steady ones.
    #[default]
    Total,
    /// An endpoint by its name, or the reserved `iteration`.
    Endpoint(String),
    /// A stage by its name, steady or not.
    Stage(String),
}

/// What begins the label of a stage; a request whose name begins so is asked for by another name.
const STAGE: &str = "stage ";

impl Subject {
    /// What the text in the parentheses after a metric asks for.
    pub fn of_label(label: &str) -> Subject {
        match label.strip_prefix(STAGE) {
            Some(name) if !name.trim().is_empty() => Subject::Stage(name.trim().to_owned()),
            _ => Subject::Endpoint(label.to_owned()),
        }
    }

    /// The text in the parentheses; `None` for the whole test.
    pub fn label(&self) -> Option<String> {
        match self {
            Subject::Total => None,
            Subject::Endpoint(name) => Some(name.clone()),
            Subject::Stage(name) => Some(format!("{STAGE}{name}")),
        }
    }
}

impl fmt::Display for Subject {
    /// As it stands after the metric: nothing, or `("GET /config")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label() {
            Some(label) => write!(f, "({label:?})"),
            None => Ok(()),
        }
    }
}
