//! What a threshold takes its figure from.

use std::fmt;

/// The whole test, or a part of it: `p95 < 1s`, `p95("GET /config") < 1s`, `p95("stage peak") < 1s`,
/// `p95("stage peak: GET /config") < 1s`, `p95(value "size") < 3`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Subject {
    /// The whole test; with stages, its steady ones.
    #[default]
    Total,
    /// An endpoint by its name, or the reserved `iteration`.
    Endpoint(String),
    /// A stage by its name, steady or not.
    Stage(String),
    /// An endpoint within a stage: what was due in that stage and hit that endpoint.
    StageEndpoint {
        /// The stage's name.
        stage: String,
        /// The endpoint's.
        endpoint: String,
    },
    /// A value that the test records, by its name.
    Value(String),
}

/// The prefix of a stage's label. A request whose name has this prefix needs another name to be selected.
const STAGE: &str = "stage ";

/// What precedes the name of a value.
pub(super) const VALUE: &str = "value";

impl Subject {
    /// What the text in the parentheses after a metric asks for.
    pub fn of_label(label: &str) -> Subject {
        let Some(name) = label.strip_prefix(STAGE).map(str::trim).filter(|name| !name.is_empty()) else {
            return Subject::Endpoint(label.to_owned());
        };
        // A stage's name is one word, so the first colon ends it.
        match name.split_once(':').map(|(stage, endpoint)| (stage.trim(), endpoint.trim())) {
            Some((stage, endpoint)) if !stage.is_empty() && !endpoint.is_empty() => {
                Subject::StageEndpoint { stage: stage.to_owned(), endpoint: endpoint.to_owned() }
            }
            _ => Subject::Stage(name.to_owned()),
        }
    }

    /// The text in the parentheses; `None` for the whole test.
    pub fn label(&self) -> Option<String> {
        match self {
            Subject::Total => None,
            Subject::Endpoint(name) => Some(name.clone()),
            Subject::Stage(name) => Some(format!("{STAGE}{name}")),
            Subject::StageEndpoint { stage, endpoint } => Some(format!("{STAGE}{stage}: {endpoint}")),
            Subject::Value(name) => Some(name.clone()),
        }
    }

    /// The name of the endpoint it is about, if it is about one.
    pub fn endpoint(&self) -> Option<&str> {
        match self {
            Subject::Total | Subject::Stage(_) | Subject::Value(_) => None,
            Subject::Endpoint(endpoint) | Subject::StageEndpoint { endpoint, .. } => Some(endpoint),
        }
    }

    /// The name of the stage it is about, if it is about one.
    pub fn stage(&self) -> Option<&str> {
        match self {
            Subject::Total | Subject::Endpoint(_) | Subject::Value(_) => None,
            Subject::Stage(stage) | Subject::StageEndpoint { stage, .. } => Some(stage),
        }
    }

    /// The name of the value it is about, if it is about one.
    pub fn value(&self) -> Option<&str> {
        match self {
            Subject::Value(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    /// As written after the metric: nothing, `("GET /config")` or `(value "size")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label() {
            Some(label) if self.value().is_some() => write!(f, "({VALUE} {label:?})"),
            Some(label) => write!(f, "({label:?})"),
            None => Ok(()),
        }
    }
}
