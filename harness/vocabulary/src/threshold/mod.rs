//! A threshold: a metric, a comparison and a bound, on the whole test or on one endpoint.

mod comparison;
mod definition;
mod error;
mod labels;
mod parse;
mod relative;
mod subject;
mod value;

pub use comparison::Comparison;
pub use definition::{KnownReference, ReferenceFigure, RelativeBound, Threshold};
pub use error::ThresholdError;
pub use relative::RelativeError;
pub use subject::Subject;
