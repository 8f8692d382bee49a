//! A test of several steady levels.

use super::plain::{judged, measured, stage};
use crate::kind::Kind;
use crate::outcome::{Degradation, DegradationVerdict, TestReport};

/// A closed test whose times doubled from two users to ten.
pub(crate) fn degraded() -> TestReport {
    let mut measured = measured("GET /profile", 1_200, 0, 0);
    measured.stages = vec![stage("1", 2.0, 2.0, 0.0, 400), stage("2", 10.0, 10.0, 10.0, 800)];
    let mut test = judged("profile::load", Kind::Load, measured, &["mean < 1s"]);
    test.degradation = Some(Degradation {
        verdict: DegradationVerdict::Degraded,
        from_stage: "1".to_owned(),
        from_level: 2.0,
        to_stage: "2".to_owned(),
        to_level: 10.0,
        before_s: Some(0.0203),
        after_s: Some(0.0412),
        change: Some(1.03),
        interval: Some((0.92, 1.15)),
        note: None,
    });
    test
}
