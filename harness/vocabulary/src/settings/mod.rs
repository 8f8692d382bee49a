//! The settings of a test: one table that says what each means, and the plan that they make together.
//!
//! A text becomes a [`SettingValue`] by [`parse_value`], values gather in the [`Settings`] of one layer (the attribute,
//! the command line, a profile …), layers lie [over](Settings::over) each other, and [`Settings::plan`] makes a
//! [`LoadPlan`](crate::workload::LoadPlan) of them or says what contradicts what.
//!
//! To add a setting, add a row to `table.rs` and use its field of [`Settings`] where it takes effect, which is most
//! often `resolve.rs`. Parsing, contradictions, `--help`, variables, suggestions and the reference page follow from
//! the row.

mod check;
mod contradiction;
mod define;
mod key;
mod layers;
mod parse;
mod question;
mod resolve;
mod shape;
mod table;
mod value;
mod value_type;

pub use contradiction::WorkloadError;
pub use key::UnknownSetting;
pub use parse::{SettingError, parse_value};
pub use question::{ModelKind, Question};
pub use shape::{LevelUnit, ShapeError, Stages, Surge, Sweep};
pub use table::{Exclusion, SettingKey, SettingSpec, Settings};
pub use value::SettingValue;
pub use value_type::ValueType;
