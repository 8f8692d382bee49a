//! Recorders of classes of users, and of what belongs to none of them.

use std::sync::Arc;

use super::recorder::Recorder;

impl Recorder {
    /// A recorder of the users of one class alone; call this before the first sample.
    #[must_use]
    pub fn of_class(mut self, class: &str) -> Recorder {
        self.class = Some(Arc::from(class));
        self
    }

    /// Adds what `other` has counted, which is to be finished by itself, too. What hands on each request stays there.
    pub fn add(&mut self, other: &Recorder) {
        self.merge(other.clone());
    }
}

/// What hands on each request stays where it is.
impl Clone for Recorder {
    fn clone(&self) -> Recorder {
        Recorder {
            class: self.class.clone(),
            origin_ns: self.origin_ns,
            intended: self.intended,
            intended_outside: self.intended_outside,
            never_sent: self.never_sent,
            resent: self.resent,
            names: self.names.clone(),
            stages: self.stages.clone(),
            iteration: self.iteration.clone(),
            outside: self.outside,
            slices: self.slices.clone(),
            slices_before: self.slices_before.clone(),
            spike: self.spike.clone(),
            limits: self.limits.clone(),
            slowest: self.slowest.clone(),
            own_errors: self.own_errors.clone(),
            values: self.values.clone(),
            planned_span: self.planned_span,
            iterations_span: self.iterations_span,
            boundaries: self.boundaries.clone(),
            arrivals: self.arrivals.clone(),
            turns: self.turns.clone(),
            requests: None,
        }
    }
}
