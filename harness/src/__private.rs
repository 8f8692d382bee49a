//! The names that generated code uses. Not part of the public interface: anything here may change at any time.

pub use crate::runner::{UserCode, iteration_end, offer};
pub use proofload_engine::__private::*;
