//! Injection by name: what the parameters of a test or a fixture ask for, and the code that hands it to them.

mod compared;
mod finder;
mod param;
mod type_path;
mod user_code;
mod variable;

pub(crate) use compared::{Compared, read_for};
pub(crate) use finder::{finders, needs};
pub(crate) use param::{FixtureParam, Param, fixture_params, read, user_of};
pub(crate) use type_path::{first_argument, last_segment};
pub(crate) use user_code::{UserCodeImpl, user_code};
pub(crate) use variable::hidden;
