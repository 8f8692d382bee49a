//! What a threshold takes its figure from.

use std::fmt;

/// The whole test, or a part of it: `p95 < 1s`, `p95("GET /config") < 1s`, `p95("stage peak") < 1s`,
/// `p95("stage peak: GET /config") < 1s`, `p95("everyday", "GET /config") < 1s`, `p95(value "size") < 3`.
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
    /// A class of users by its name: `p95("everyday") < 1s`. A text alone does not say that the name is one of a class; see
    /// [`Subject::among_classes`].
    Class(String),
    /// An endpoint, or the reserved `iteration`, as the users of one class hit it: `p95("everyday", "GET /config") < 1s`.
    ClassEndpoint {
        /// The class's name.
        class: String,
        /// The endpoint's.
        endpoint: String,
    },
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

    /// The texts in the parentheses; none for the whole test.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Subject::Total => Vec::new(),
            Subject::Endpoint(name) | Subject::Class(name) | Subject::Value(name) => vec![name.clone()],
            Subject::Stage(name) => vec![format!("{STAGE}{name}")],
            Subject::StageEndpoint { stage, endpoint } => vec![format!("{STAGE}{stage}: {endpoint}")],
            Subject::ClassEndpoint { class, endpoint } => vec![class.clone(), endpoint.clone()],
        }
    }

    /// The same in a test that has these classes of users: a name that one of them has is that of the class.
    #[must_use]
    pub fn among_classes<'c>(self, mut classes: impl Iterator<Item = &'c str>) -> Subject {
        match self {
            Subject::Endpoint(name) if classes.any(|class| class == name) => Subject::Class(name),
            other => other,
        }
    }

    /// The class that it is about, with what is asked of that class's users; `None` if it is about no class.
    pub fn within_class(&self) -> Option<(&str, Subject)> {
        match self {
            Subject::Class(class) => Some((class, Subject::Total)),
            Subject::ClassEndpoint { class, endpoint } => Some((class, Subject::Endpoint(endpoint.clone()))),
            _ => None,
        }
    }

    /// The name of the class of users it is about, if it is about one.
    pub fn class(&self) -> Option<&str> {
        match self {
            Subject::Class(class) | Subject::ClassEndpoint { class, .. } => Some(class),
            _ => None,
        }
    }

    /// The name of the endpoint it is about, if it is about one.
    pub fn endpoint(&self) -> Option<&str> {
        match self {
            Subject::Total | Subject::Stage(_) | Subject::Value(_) | Subject::Class(_) => None,
            Subject::Endpoint(endpoint)
            | Subject::StageEndpoint { endpoint, .. }
            | Subject::ClassEndpoint { endpoint, .. } => Some(endpoint),
        }
    }

    /// The name of the stage it is about, if it is about one.
    pub fn stage(&self) -> Option<&str> {
        match self {
            Subject::Total
            | Subject::Endpoint(_)
            | Subject::Value(_)
            | Subject::Class(_)
            | Subject::ClassEndpoint { .. } => None,
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
    /// As written after the metric: nothing, `("GET /config")`, `("everyday", "GET /config")` or `(value "size")`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.labels().iter().map(|label| format!("{label:?}")).collect();
        match quoted.as_slice() {
            [] => Ok(()),
            labels if self.value().is_some() => write!(f, "({VALUE} {})", labels.join(", ")),
            labels => write!(f, "({})", labels.join(", ")),
        }
    }
}
