//! How many requests may still be sent, where a number of requests ends the warm-up or the measurement.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::measure::Phase;

/// Permission to start one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Permit {
    /// The phase of all its requests; `None` lets the start of each request decide.
    pub(super) phase: Option<Phase>,
    budget: Option<BudgetKind>,
}

/// The budget that a permit was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BudgetKind {
    WarmUp,
    Measurement,
}

impl Permit {
    /// A permit that draws on no budget.
    pub(super) fn unlimited(phase: Option<Phase>) -> Permit {
        Permit { phase, budget: None }
    }

    /// The same permit, with this phase unless it has one already.
    pub(super) fn or_phase(self, phase: Phase) -> Permit {
        Permit { phase: self.phase.or(Some(phase)), ..self }
    }
}

/// The budgets of a run, shared by its worker threads.
#[derive(Debug)]
pub(super) struct Budgets {
    warm_up: AtomicU64,
    measurement: AtomicU64,
}

impl Budgets {
    /// The numbers of requests that end the two phases; 0 for a phase that does not end by a number of requests.
    pub(super) fn new(warm_up: u64, measurement: u64) -> Budgets {
        Budgets { warm_up: AtomicU64::new(warm_up), measurement: AtomicU64::new(measurement) }
    }

    /// Takes one request from a budget; `None` if it is used up.
    pub(super) fn take(&self, kind: BudgetKind, phase: Option<Phase>) -> Option<Permit> {
        let taken = self.left(kind).fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
        taken.is_ok().then_some(Permit { phase, budget: Some(kind) })
    }

    /// An iteration has sent this many requests: those beyond the first are taken from its budget, too.
    pub(super) fn spend(&self, permit: Permit, sent: u64) {
        let Some(kind) = permit.budget else { return };
        let more = sent.saturating_sub(1);
        if more == 0 {
            return;
        }
        let subtract = |left: u64| Some(left.saturating_sub(more));
        let _is_always_ok = self.left(kind).fetch_update(Ordering::AcqRel, Ordering::Acquire, subtract);
    }

    /// An iteration was given up before it sent anything: its request goes back, to be counted as never sent.
    pub(super) fn refund(&self, permit: Permit) {
        if let Some(kind) = permit.budget {
            self.left(kind).fetch_add(1, Ordering::AcqRel);
        }
    }

    /// How many requests of the measurement were never sent.
    pub(super) fn never_sent(&self) -> u64 {
        self.measurement.load(Ordering::Acquire)
    }

    fn left(&self, kind: BudgetKind) -> &AtomicU64 {
        match kind {
            BudgetKind::WarmUp => &self.warm_up,
            BudgetKind::Measurement => &self.measurement,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASE: Option<Phase> = Some(Phase::Measured);

    #[test]
    fn each_budget_is_used_up_by_itself() {
        let budgets = Budgets::new(1, 2);
        assert!(budgets.take(BudgetKind::WarmUp, PHASE).is_some());
        assert_eq!(budgets.take(BudgetKind::WarmUp, PHASE), None);
        assert!(budgets.take(BudgetKind::Measurement, PHASE).is_some());
        assert_eq!(budgets.never_sent(), 1);
    }

    #[test]
    fn requests_beyond_the_first_are_taken_when_the_iteration_has_ended() {
        let budgets = Budgets::new(0, 10);
        let permit = budgets.take(BudgetKind::Measurement, PHASE).unwrap();
        budgets.spend(permit, 1);
        assert_eq!(budgets.never_sent(), 9);
        budgets.spend(permit, 4);
        assert_eq!(budgets.never_sent(), 6);
        // No more than there are left.
        budgets.spend(permit, 100);
        assert_eq!(budgets.never_sent(), 0);
    }

    #[test]
    fn an_iteration_that_sent_nothing_gives_its_request_back() {
        let budgets = Budgets::new(0, 1);
        let permit = budgets.take(BudgetKind::Measurement, PHASE).unwrap();
        budgets.refund(permit);
        assert_eq!(budgets.never_sent(), 1);
        budgets.refund(Permit::unlimited(PHASE));
        assert_eq!(budgets.never_sent(), 1);
    }
}
