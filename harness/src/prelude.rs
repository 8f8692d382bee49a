//! What a test file needs: `use proofload::prelude::*;`
pub use std::time::Duration;

pub use crate::http::{Body, Form};

pub use crate::fixture::Give;
pub use crate::server::Server;
pub use crate::user::User;
pub use proofload_macros::{fixture, perf, server};
