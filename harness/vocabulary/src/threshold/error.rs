//! Why a text is not a threshold.

use thiserror::Error;

use super::comparison::Comparison;
use super::relative::RelativeError;
use crate::metric::{MetricError, ValueFigure};
use crate::units::QuantityError;

/// Why a text is not a threshold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ThresholdError {
    /// No `<`, `<=`, `>`, `>=` or `==`.
    #[error("`{0}` is not a threshold: expected a metric, a comparison and a bound, as in `p95 < 800ms`")]
    NoComparison(String),
    /// The metric is not known.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The label is not a quoted text in parentheses.
    #[error("the endpoint of a threshold is a quoted name in parentheses, as in `p95(\"GET /config\") < 800ms`")]
    Label,
    /// `server_rss("GET /config") < 1GiB`
    #[error("`{0}` is a figure of the whole test, not of an endpoint or a stage: write it without parentheses")]
    WholeTest(String),
    /// `p95("stage peak: iteration") < 1s`
    #[error(
        "iterations are measured over the whole test and not by stage: name an endpoint, as in `p95(\"stage {stage}: GET /config\")`"
    )]
    IterationOfStage {
        /// The stage's name.
        stage: String,
    },
    /// `median(value confidence) > 0.6`
    #[error("the value of a threshold is a quoted name, as in `median(value \"confidence\") > 0.6`")]
    ValueName,
    /// `success_rate(value "confidence") > 0.6`
    #[error("`{word}` is not a figure of a value{suggestion}: those are {}", ValueFigure::NAMES.join(", "))]
    NotOfValue {
        /// The word as written.
        word: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
    },
    /// `p95("everyday", "stage peak") < 1s`
    #[error(
        "the stages of a test are those of all its users: name an endpoint of the class, as in `p95(\"{class}\", \"GET /config\")`, or \
         the stage alone, as in `p95(\"stage {stage}\")`"
    )]
    StageOfClass {
        /// The class's name.
        class: String,
        /// The stage's name.
        stage: String,
    },
    /// The bound is not a quantity.
    #[error(transparent)]
    Bound(#[from] QuantityError),
    /// `p95 < 10%`
    #[error("`{metric}` is compared with {expected}, not with `{bound}`")]
    Unit {
        /// The metric's name.
        metric: String,
        /// What a bound looks like.
        expected: &'static str,
        /// The bound as written.
        bound: String,
    },
    /// `p95 > 1s`
    #[error("`{metric}` is better when it is {better}: did you mean `{metric} {turned} {bound}`?")]
    Direction {
        /// The metric's name.
        metric: String,
        /// `lower` or `higher`.
        better: &'static str,
        /// The comparison that makes sense.
        turned: Comparison,
        /// The bound as written.
        bound: String,
    },
    /// `mean == 1s`
    #[error("a measured figure is never exactly a bound: did you mean `{metric} {comparison} {bound}`?")]
    ExactTime {
        /// The metric's name.
        metric: String,
        /// The comparison that makes sense.
        comparison: Comparison,
        /// The bound as written.
        bound: String,
    },
    /// `p95 <= 800ms of baseline`
    #[error(transparent)]
    Relative(#[from] RelativeError),
    /// `success_rate > 100%`, `success_rate >= 120%`, `max < 0s`
    #[error("`{0}` can never hold")]
    Impossible(String),
    /// `success_rate >= 0%`, `requests >= 0`
    #[error("`{0}` always holds, so it tests nothing")]
    Vacuous(String),
}
