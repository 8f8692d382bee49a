//! A test with classes of users.

use super::plain::{judged, measured};
use crate::kind::Kind;
use crate::measure::{ClassFigures, Measured};
use crate::outcome::TestReport;

/// Two classes, each with an endpoint that the other has not.
pub(crate) fn mixed() -> TestReport {
    let class = |(name, weight, users, endpoint, ok): (&str, u32, u64, &str, u64)| ClassFigures {
        name: name.to_owned(),
        weight,
        users: Some(users),
        measured: measured(endpoint, ok, 0, 0),
    };
    let classes = [("everyday", 4, 40, "GET /health", 4_000), ("busy", 1, 10, "GET /busy", 1_000)].map(class).into();
    let measured = Measured { classes, ..measured("GET /health", 5_000, 0, 0) };
    judged("shop::people", Kind::Load, measured, &["success_rate >= 100%"])
}
