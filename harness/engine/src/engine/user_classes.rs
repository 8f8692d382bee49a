//! Which class a user or an arrival is of. Pure.

use std::cell::Cell;

use super::control::Control;
use super::share::WorkerShare;
use crate::load_part::PartShare;
use crate::measure::ClassNumber;
use crate::workload::{LoadModel, Mix};

impl Control<'_> {
    /// The class of the user with this number. In an open workload users have none: they take over arrivals of any class.
    pub(super) fn class_of_user(&self, number: usize) -> ClassNumber {
        match self.workload.model {
            LoadModel::Closed(_) => ClassNumber::of(self.workload.mix.class_of(number as u64)),
            LoadModel::Open(_) => ClassNumber::NONE,
        }
    }

    /// How many users this part of the load has of each class; `None` where users have no class of their own, or a person changes how
    /// many there are.
    pub(super) fn users_of_classes(&self) -> Option<Vec<u64>> {
        let are_known = matches!(self.workload.model, LoadModel::Closed(_)) && self.driving().is_none();
        are_known.then(|| class_counts(&self.workload.mix, self.workers.part, self.users() as u64))
    }
}

/// How many of the first `count` users or arrivals of `part` are of each class.
pub(super) fn class_counts(mix: &Mix, part: PartShare, count: u64) -> Vec<u64> {
    if part.of == 1 {
        return mix.counts(count);
    }
    let mut counts = vec![0; mix.classes().len()];
    let numbers = (0..count).map(|own| part.index as u64 + own * part.of as u64);
    numbers.filter_map(|number| mix.class_of(number)).for_each(|class| counts[class] += 1);
    counts
}

/// The classes of one worker's arrivals, in order: every `workers`-th arrival of the run is its own.
///
/// If the rate of a load is changed meanwhile, the workers have not had equally many arrivals, and the numbers of theirs are no
/// longer one row; each number is still given once.
pub(super) struct ArrivalClasses<'a> {
    mix: &'a Mix,
    next: Cell<u64>,
    step: u64,
}

impl<'a> ArrivalClasses<'a> {
    pub(super) fn of(mix: &'a Mix, share: WorkerShare) -> ArrivalClasses<'a> {
        ArrivalClasses { mix, next: Cell::new(share.index as u64), step: share.workers.max(1) as u64 }
    }

    /// The class of the worker's next arrival.
    pub(super) fn take_next(&self) -> ClassNumber {
        let number = self.next.replace(self.next.get() + self.step);
        ClassNumber::of(self.mix.class_of(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::UserClass;

    #[test]
    fn the_workers_arrivals_have_the_classes_that_those_of_one_worker_have() {
        let class = |(name, weight): (&str, u32)| UserClass { name: name.to_owned(), weight };
        let mix = Mix::new([("a", 7), ("b", 2), ("c", 1)].map(class).into());
        let of = |index, workers| {
            let classes = ArrivalClasses::of(&mix, WorkerShare { index, workers });
            (0..20).map(|_| classes.take_next()).collect::<Vec<_>>()
        };
        let (alone, shared) = (of(0, 1), [of(0, 2), of(1, 2)]);
        assert!(alone.iter().enumerate().all(|(number, class)| shared[number % 2][number / 2] == *class));
    }
}
