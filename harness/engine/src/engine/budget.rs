//! How many requests may still be sent, where a number of requests ends the warm-up or the measurement.

use std::sync::Arc;

use crate::measure::{Phase, RequestQuota};

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
    warm_up: RequestQuota,
    measurement: Arc<RequestQuota>,
}

impl Budgets {
    /// The numbers of requests that end the two phases; 0 for a phase that does not end by a number of requests.
    pub(super) fn new(warm_up: u64, measurement: u64) -> Budgets {
        Budgets { warm_up: RequestQuota::of(warm_up), measurement: Arc::new(RequestQuota::of(measurement)) }
    }

    /// Takes one request from a budget; `None` if it is used up.
    pub(super) fn take(&self, kind: BudgetKind, phase: Option<Phase>) -> Option<Permit> {
        self.of(kind).take().then_some(Permit { phase, budget: Some(kind) })
    }

    /// An iteration of the warm-up has sent this many requests: those beyond the first are taken from its budget, too. Those
    /// of the measurement were taken when they began, so that exactly as many are measured as were asked for.
    pub(super) fn spend(&self, permit: Permit, sent: u64) {
        if permit.budget == Some(BudgetKind::WarmUp) && sent > 1 {
            self.warm_up.take_up_to(sent - 1);
        }
    }

    /// An iteration was given up before it sent anything: its request goes back, to be counted as never sent.
    pub(super) fn refund(&self, permit: Permit) {
        if let Some(kind) = permit.budget {
            self.of(kind).give_back();
        }
    }

    /// How many requests of the measurement were never sent.
    pub(super) fn never_sent(&self) -> u64 {
        self.measurement.left()
    }

    /// How many requests iterations sent after the last that was to be measured, because they were under way.
    pub(super) fn beyond(&self) -> u64 {
        self.measurement.beyond()
    }

    /// What the requests of an iteration take beyond its first.
    pub(super) fn measurement(&self) -> Arc<RequestQuota> {
        Arc::clone(&self.measurement)
    }

    fn of(&self, kind: BudgetKind) -> &RequestQuota {
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
    fn requests_beyond_the_first_are_taken_from_the_warm_up_when_its_iteration_has_ended() {
        let budgets = Budgets::new(3, 10);
        let warm_up = budgets.take(BudgetKind::WarmUp, PHASE).unwrap();
        budgets.spend(warm_up, 3);
        assert_eq!(budgets.take(BudgetKind::WarmUp, PHASE), None);
        let measured = budgets.take(BudgetKind::Measurement, PHASE).unwrap();
        budgets.spend(measured, 3);
        assert_eq!(budgets.never_sent(), 9, "the others were taken when they began");
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
