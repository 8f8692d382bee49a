//! What is wrong inside the parentheses of `stages(…)`, `spike(…)`, `sweep(…)` or `capacity(…)`.

use thiserror::Error;

use crate::units::QuantityError;

/// A mistake in one part, or in the whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// `stages()`
    #[error("it is empty: expected {0}")]
    Empty(&'static str),
    /// Not a number with a known unit.
    #[error(transparent)]
    Quantity(#[from] QuantityError),
    /// A quantity that is neither users nor a rate.
    #[error("`{0}` is neither a number of users such as `50` nor a rate such as `500/s`")]
    Level(String),
    /// A quantity that is not a time above zero.
    #[error("`{0}` is not a time above zero, such as `30s`")]
    Time(String),
    /// Neither `for` nor `->` and `over`.
    #[error("`{0}` is not a stage: a steady one is `500/s for 60s`, a ramp is `0/s -> 500/s over 30s`")]
    NoStage(String),
    /// `peak hour: …`
    #[error("the name of a stage is one word, as in `peak: 500/s for 60s`, not `{0}`")]
    StageName(String),
    /// Two stages of one name.
    #[error("two stages are called `{0}`: a threshold could not say which it means")]
    SameName(String),
    /// `stages(0/s -> 100/s over 5s, 200/s -> 300/s over 5s)`
    #[error(
        "the ramp starts at {from}, but the stage before it ends at {before}: start at {before}, or step there with `{from} for …` first"
    )]
    Gap {
        /// Where the ramp starts.
        from: String,
        /// Where the one before ended.
        before: String,
    },
    /// Users here, a rate there.
    #[error("`{0}` mixes users and rates: all levels are numbers of users, or all are rates")]
    Mixed(String),
    /// Levels that offer nothing.
    #[error("every level is zero, so no load is offered")]
    NoLoad,
    /// A part without `=`.
    #[error("`{0}` is not a `name = value`")]
    NoField(String),
    /// A name that does not belong here.
    #[error("unknown field `{field}`{suggestion} (fields: {known})")]
    UnknownField {
        /// As written.
        field: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
        /// The known names.
        known: String,
    },
    /// A name twice.
    #[error("`{0}` is given twice: keep one of them")]
    FieldTwice(String),
    /// A required name.
    #[error("`{field}` is missing: expected {expected}")]
    FieldMissing {
        /// The name.
        field: &'static str,
        /// What the whole looks like.
        expected: &'static str,
    },
    /// `spike(base = 20/s, peak = 10/s, …)`
    #[error("the peak ({peak}) must be above the base ({base}), and the base above zero")]
    NoSurge {
        /// As read.
        base: String,
        /// As read.
        peak: String,
    },
    /// `sweep(users = 5)`
    #[error("`{0}` is not a list: levels are in brackets, as in `users = [1, 2, 5]`")]
    NoList(String),
    /// `sweep(rate = [1, 2])`
    #[error("`{field}` takes {expected}, not `{written}`")]
    WrongLevel {
        /// `users` or `rate`.
        field: &'static str,
        /// What it takes.
        expected: &'static str,
        /// As written.
        written: String,
    },
    /// `sweep(users = [5, 2])`
    #[error("levels rise from step to step, and `{0}` does not")]
    NotRising(String),
    /// `precision = 5`
    #[error("`{0}` is not a share between 0 and 100 %, such as `5%`")]
    Share(String),
    /// `capacity(probe = 60s, budget = 30s)`
    #[error("the budget ({budget}) is too short for one probe and its validation, which take {least}")]
    SmallBudget {
        /// As read.
        budget: String,
        /// Settling, probe, settling and validation.
        least: String,
    },
}

/// A mistake, and the part between commas that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeMistake {
    /// Counted from 0; `None` if it is about the whole.
    pub part: Option<usize>,
    /// What is wrong.
    pub source: ShapeError,
}

impl ShapeMistake {
    pub(super) fn whole(source: ShapeError) -> ShapeMistake {
        ShapeMistake { part: None, source }
    }
}
