//! The arms of a test, compared with the first of them. Pure.

use super::judge::JudgedArm;
use crate::comparison::{
    ArmFigures, ChangeReport, ComparisonRules, StoredFigures, ThroughputMeaning, interleaved, one_after_the_other,
};
use crate::measure::Measured;
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
    let Measured { total, turns, timeline, .. } = &arm.measured;
    let turns = match order {
        ArmOrder::Interleaved => turns.clone(),
        ArmOrder::OneAfterTheOther => timeline.clone(),
    };
    let times = &total.response_time;
    let totals = StoredFigures {
        mean_s: times.mean_s,
        p50_s: times.p50_s,
        p95_s: times.p95_s,
        throughput_per_s: total.throughput_per_s,
        samples: times.samples,
    };
    ArmFigures { name: arm.name.clone(), totals, turns }
}
