//! How long the phases of a run last, as far as its workload says so. Pure.

use std::time::Duration;

use super::arrival_plan::ArrivalPlan;
use super::timeline::PhaseLengths;
use crate::arm_turns::ArmTurns;
use crate::workload::{RunLength, Warmup, Workload};

/// Of one of several servers that take turns, the workload is its own part, and the phases are those of all.
pub(super) fn phase_lengths(workload: &Workload, plan: Option<&ArrivalPlan>, turns: Option<&ArmTurns>) -> PhaseLengths {
    let ramp_up = workload.ramp_up();
    let of_all = |own| turns.map_or(own, |turns| turns.measurement(own));
    if let Some(plan) = plan {
        let warm_up = turns.map_or(plan.warmup.length(), ArmTurns::warm_up);
        let measurement = Some(of_all(plan.measured.length()));
        return PhaseLengths { ramp_up, warm_up: Some(warm_up), measurement };
    }
    let warm_up = match workload.warmup {
        _ if turns.is_some() => turns.map(ArmTurns::warm_up),
        Warmup::Requests(0) => Some(Duration::ZERO),
        Warmup::Duration(warm_up) => Some(warm_up),
        Warmup::Requests(_) | Warmup::UntilSteady => None,
    };
    let measurement = match workload.length {
        RunLength::Duration(measurement) => Some(of_all(measurement)),
        RunLength::Requests(_) | RunLength::UntilPrecise => None,
    };
    PhaseLengths { ramp_up, warm_up, measurement }
}

/// True if no phase ends by a number of requests, or by what was measured.
pub(super) fn time_alone_decides(workload: &Workload) -> bool {
    let is_warm_up_timed = matches!(workload.warmup, Warmup::Requests(0) | Warmup::Duration(_));
    is_warm_up_timed && matches!(workload.length, RunLength::Duration(_))
}
