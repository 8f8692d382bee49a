//! The arms of a test, compared with the first of them. Pure.

use super::judge::JudgedArm;
use crate::comparison::{
    ArmFigures, ChangeReport, ComparisonRules, StoredFigures, ThroughputMeaning, interleaved, one_after_the_other,
};
use crate::workload::{ArmOrder, LoadModel, Workload};

/// Each other arm, compared with the first.
pub(super) fn compare(arms: &[JudgedArm], order: ArmOrder) -> Vec<ChangeReport> {
    let [reference, others @ ..] = arms else { return Vec::new() };
    let rules = rules_for(&reference.workload);
    let (reference, compare) = match order {
        ArmOrder::Interleaved => (figures(reference, order), interleaved as fn(&_, &_, _) -> _),
        ArmOrder::OneAfterTheOther => (figures(reference, order), one_after_the_other as fn(&_, &_, _) -> _),
    };
    others.iter().map(|arm| compare(&reference, &figures(arm, order), rules)).collect()
}

/// At a rate of arrivals, throughput is what was planned.
fn rules_for(workload: &Workload) -> ComparisonRules {
    let throughput = match &workload.model {
        LoadModel::Closed(users) if users.every.is_none() && users.think.is_none() => ThroughputMeaning::OfTheServer,
        LoadModel::Closed(_) | LoadModel::Open(_) => ThroughputMeaning::OfTheSchedule,
    };
    ComparisonRules { throughput, ..ComparisonRules::default() }
}

fn figures(arm: &JudgedArm, order: ArmOrder) -> ArmFigures {
    let measured = &arm.measured;
    let turns = match order {
        ArmOrder::Interleaved => measured.turns.clone(),
        ArmOrder::OneAfterTheOther => measured.whole_seconds(measured.planned_length),
    };
    let total = &measured.total;
    let times = &total.response_time;
    let totals = StoredFigures {
        mean_s: times.mean_s,
        p50_s: times.p50_s,
        p95_s: times.p95_s,
        throughput_per_s: total.throughput_per_s,
        // That of the turns is used.
        failed_share: None,
        samples: times.samples,
    };
    ArmFigures { name: arm.name.clone(), totals, turns }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::{Measured, TimeSlice};
    use crate::outcome::samples;

    #[test]
    fn what_was_answered_after_the_end_of_an_arm_is_no_second_of_it() {
        let timeline: Vec<TimeSlice> = (0..11).map(|second| TimeSlice { second, ..TimeSlice::default() }).collect();
        let (planned_length, span) = (Some(Duration::from_secs(10)), Duration::from_millis(11_400));
        let measured = Measured { timeline, planned_length, span, ..Measured::default() };
        let workload = samples::passed().workload.unwrap();
        let arm = JudgedArm { name: "now".to_owned(), workload, measured };
        assert_eq!(figures(&arm, ArmOrder::OneAfterTheOther).turns.len(), 10);
    }
}
