//! A run of a test, compared with its reference.

use super::reference::StoredReference;
use crate::baseline::RunFigures;
use crate::comparison::{
    ChangeReport, ChangeVerdict, ComparisonMethod, ComparisonRules, StoredFigures, ThroughputMeaning, with_stored,
};
use crate::outcome::{Outcome, TestReport, offered};

/// What changed since the reference; `None` if there is nothing to compare. Never changes the verdict on the test.
pub fn compare(test: &TestReport, reference: &StoredReference) -> Option<ChangeReport> {
    let is_measured = matches!(test.outcome, Outcome::Passed | Outcome::Failed) && test.arms.is_empty();
    let now = RunFigures::of(test).filter(|_| is_measured && test.search.is_none())?;
    match reference {
        StoredReference::Nothing => None,
        StoredReference::NotComparable(why) => Some(ChangeReport {
            reference: "baseline".to_owned(),
            subject: "now".to_owned(),
            method: ComparisonMethod::StoredRuns,
            verdict: ChangeVerdict::NotComparable,
            confirmed: None,
            changes: Vec::new(),
            notes: why.clone(),
        }),
        StoredReference::Runs { figures, notes } => {
            let is_planned = test.workload.as_ref().is_some_and(offered::judges_response_time);
            let throughput = if is_planned { ThroughputMeaning::OfTheSchedule } else { ThroughputMeaning::OfTheServer };
            let mut report = with(figures, &now, throughput);
            report.notes.extend(notes.iter().cloned());
            Some(report)
        }
    }
}

/// All figures of a run, compared with those of stored ones.
pub(super) fn with(figures: &[RunFigures], now: &RunFigures, throughput: ThroughputMeaning) -> ChangeReport {
    let stored: Vec<StoredFigures> = figures.iter().map(StoredFigures::from).collect();
    with_stored(&stored, &[StoredFigures::from(now)], ComparisonRules { throughput, ..ComparisonRules::default() })
}

impl From<&RunFigures> for StoredFigures {
    fn from(run: &RunFigures) -> StoredFigures {
        StoredFigures {
            mean_s: run.mean_s,
            p50_s: run.p50_s,
            p95_s: run.p95_s,
            throughput_per_s: run.throughput_per_s,
            failed_share: run.success_rate.map(|rate| 1.0 - rate),
            samples: run.samples,
        }
    }
}
