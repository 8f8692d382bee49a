//! Which tests can be compared with another version: those with one steady load, which two servers can take turns under. Pure.

use std::time::Duration;

use super::names::{BEFORE, NOW};
use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonMethod};
use crate::runner::test::Test;
use crate::workload::{LoadModel, RunLength, RunPlan};

/// Why `test` cannot be compared with another version, if so.
pub(super) fn why_not(test: &Test) -> Option<String> {
    if !test.arms.is_empty() {
        return Some("it compares servers of this version with each other".to_owned());
    }
    if test.capacity_share.is_some() {
        return Some("its rate is a share of a capacity, which each version has of its own: give it a rate".to_owned());
    }
    let several = match &test.runs {
        RunPlan::Once(_) | RunPlan::Repeat(_) => None,
        RunPlan::Sweep(_) | RunPlan::RepeatedSweep { .. } => Some("a sweep"),
        RunPlan::Capacity(_) => Some("a search for a capacity"),
        RunPlan::Spike(_) => Some("a spike"),
    };
    let staged = match &test.workload.model {
        LoadModel::Closed(users) => !users.stages.is_empty(),
        LoadModel::Open(arrivals) => arrivals.stages.len() > 1 || !arrivals.stages[0].is_steady(),
    };
    if let Some(load) = several.or(staged.then_some("a load in stages")) {
        return Some(format!("two versions take turns under one steady load, and {load} is not one"));
    }
    match (&test.workload.model, test.workload.length) {
        (LoadModel::Closed(users), RunLength::Requests(requests)) if requests / 2 < users.count as u64 => {
            Some(format!(
                "its {requests} requests are shared by two versions, which is fewer than its {} users for each",
                users.count
            ))
        }
        _ => None,
    }
}

/// The same test as two versions take turns under it: its users start at once. Says so, if that is a difference.
pub(super) fn in_turns(test: &Test) -> (Test, Option<String>) {
    let mut test = test.clone();
    let LoadModel::Closed(users) = &mut test.workload.model else { return (test, None) };
    let had_ramp_up = !std::mem::replace(&mut users.ramp_up, Duration::ZERO).is_zero();
    (test, had_ramp_up.then(|| "the users of each version start at once, without the ramp-up of the test".to_owned()))
}

/// A comparison that was not made.
pub(super) fn not_comparable(why: String, notes: &[String]) -> ChangeReport {
    ChangeReport {
        reference: BEFORE.to_owned(),
        subject: NOW.to_owned(),
        method: ComparisonMethod::Interleaved,
        verdict: ChangeVerdict::NotComparable,
        confirmed: None,
        changes: Vec::new(),
        notes: std::iter::once(why).chain(notes.iter().cloned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::measure::Measured;
    use crate::runner::tests::fake;
    use crate::settings::SettingKey;

    fn planned(kind: Kind, settings: &[(SettingKey, &str)]) -> Test {
        fake::test(kind, settings, &[], |_: &_, _: &_, _: &_, _: &_, _: &_| Measured::default())
    }

    #[test]
    fn one_steady_load_can_be_compared_and_any_other_says_what_it_is() {
        let why = |kind, settings: &[_]| why_not(&planned(kind, settings));
        assert_eq!(why(Kind::Load, &[]), None);
        assert_eq!(why(Kind::Benchmark, &[]), None);
        assert_eq!(why(Kind::Load, &[(SettingKey::Rate, "50/s"), (SettingKey::Repeat, "3")]), None);
        let says = |kind, settings: &[_], part: &str| {
            let text = why(kind, settings).unwrap_or_default();
            assert!(text.contains(part), "{part} in {text:?}");
        };
        says(Kind::Capacity, &[], "a search for a capacity is not one");
        says(Kind::Load, &[(SettingKey::Sweep, "users = [2, 4]")], "a sweep is not one");
        says(
            Kind::Load,
            &[(SettingKey::Users, "20"), (SettingKey::Requests, "30")],
            "fewer than its 20 users for each",
        );
    }

    #[test]
    fn a_ramp_up_is_left_out_and_that_is_said() {
        let (test, note) = in_turns(&planned(Kind::Load, &[(SettingKey::RampUp, "2s")]));
        let LoadModel::Closed(users) = &test.workload.model else { panic!("users") };
        assert!(users.ramp_up.is_zero() && note.is_some());
        assert_eq!(in_turns(&planned(Kind::Load, &[])).1, None);
    }
}
