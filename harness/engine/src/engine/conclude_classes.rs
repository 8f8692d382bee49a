//! The figures of each class of users, and of all of them together.

use crate::measure::{ClassFigures, Live, Measured, Recorder, WholeRun};
use crate::workload::{Mix, Workload};

/// Empty recorders, into which those of others are merged: of no class of users, and of each class.
pub(super) fn recorders_of(workload: &Workload, live: &Live) -> Vec<Recorder> {
    let new = || Recorder::new(workload.timeout).taking_turns(live.turns.clone());
    let of_class = workload.mix.classes().iter().map(|class| new().of_class(&class.name));
    std::iter::once(new()).chain(of_class).collect()
}

/// Merges `theirs` into `recorders`, which are in the same order.
pub(super) fn merge(recorders: &mut [Recorder], theirs: Vec<Recorder>) {
    recorders.iter_mut().zip(theirs).for_each(|(all, one)| all.merge(one));
}

/// The figures of the run, with those of its classes; `users` are how many there are of each class, if that is known.
pub(super) fn finish(mut recorders: Vec<Recorder>, mix: &Mix, users: Option<&[u64]>, whole: Recorder) -> Measured {
    if mix.is_empty() {
        return recorders.swap_remove(0).finish();
    }
    let mut total = whole;
    recorders.iter().for_each(|recorder| total.add(recorder));
    let whole = WholeRun::of(&total);
    let total = total.finish_within(&whole);
    let mut parts = recorders.into_iter().map(|recorder| recorder.finish_within(&whole));
    let of_no_class = parts.next().unwrap_or_default();
    let figures = mix.classes().iter().zip(parts).enumerate().map(|(index, (class, measured))| {
        let users = users.and_then(|users| users.get(index)).copied();
        ClassFigures::new(class.name.clone(), class.weight, users, measured)
    });
    let classes: Vec<ClassFigures> = figures.collect();
    assert_come_to(&total, &of_no_class, &classes);
    Measured { classes, ..total }
}

/// Each request and each iteration is that of one class, or of none.
fn assert_come_to(total: &Measured, of_no_class: &Measured, classes: &[ClassFigures]) {
    let (mut requests, mut iterations) = (of_no_class.total.requests, of_no_class.iteration.requests);
    for class in classes {
        requests.add(&class.measured.total.requests);
        iterations.add(&class.measured.iteration.requests);
    }
    assert_eq!(requests, total.total.requests, "the classes of users do not come to the total");
    assert_eq!(iterations, total.iteration.requests, "the iterations of the classes do not come to the total");
}
