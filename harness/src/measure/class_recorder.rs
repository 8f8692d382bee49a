//! Recorders of classes of users, and of what belongs to none of them.

use std::sync::Arc;

use super::recorder::Recorder;

impl Recorder {
    /// A recorder of the users of one class alone; call this before the first sample.
    #[must_use]
    pub(crate) fn of_class(mut self, class: &str) -> Recorder {
        self.class = Some(Arc::from(class));
        self
    }

    /// Adds what `other` has counted, which is to be finished by itself, too. What hands on each request stays there.
    pub(crate) fn add(&mut self, other: &Recorder) {
        self.merge(Recorder {
            class: other.class.clone(),
            origin_ns: other.origin_ns,
            intended: other.intended,
            intended_outside: other.intended_outside,
            never_sent: other.never_sent,
            resent: other.resent,
            names: other.names.clone(),
            stages: other.stages.clone(),
            iteration: other.iteration.clone(),
            outside: other.outside,
            slices: other.slices.clone(),
            slices_before: other.slices_before.clone(),
            spike: other.spike.clone(),
            limits: other.limits.clone(),
            slowest: other.slowest.clone(),
            own_errors: other.own_errors.clone(),
            values: other.values.clone(),
            planned_span: other.planned_span,
            iterations_span: other.iterations_span,
            boundaries: other.boundaries.clone(),
            arrivals: other.arrivals.clone(),
            turns: other.turns.clone(),
            requests: None,
        });
    }
}
