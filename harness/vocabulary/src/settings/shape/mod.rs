//! The settings that are written in parentheses: how the load changes over time, or from run to run.
//!
//! Each is one text, so that the attribute and `proofload.toml` share a parser: `stages(…)` there,
//! `stages = "…"` here.

mod error;
mod fields;
mod level;
mod search;
mod stages;
mod surge;
mod sweep;

pub use error::ShapeError;
pub(super) use error::ShapeMistake;
pub use level::LevelUnit;
pub(super) use search::parse_search;
pub use stages::Stages;
pub use surge::Surge;
pub use sweep::Sweep;
