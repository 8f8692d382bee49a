//! The figures of each class of users, and of all of them together.

use super::control::Control;
use crate::measure::{ClassFigures, Measured, Recorder, WholeRun};
use crate::workload::Mix;

/// Recorders into which those of the workers are merged: of no class of users, and of each class.
pub(super) fn recorders_of(control: &Control<'_>) -> Vec<Recorder> {
    let new = || Recorder::new(control.workload.timeout).taking_turns(control.live.turns.clone());
    let of_class = control.workload.mix.classes().iter().map(|class| new().of_class(&class.name));
    let all = std::iter::once(new()).chain(of_class);
    all.map(|recorder| recorder.listing(control.live.requests.as_ref())).collect()
}

/// Notes how many arrivals the plan of an open workload holds, less those that found no data, by the number of their recorder.
pub(super) fn note_plan(recorders: &mut [Recorder], mix: &Mix, arrivals: u64, without_data: &[u64]) {
    let planned = if mix.is_empty() { vec![arrivals] } else { mix.counts(arrivals) };
    let first = usize::from(!mix.is_empty());
    for (index, (recorder, arrivals)) in recorders.iter_mut().skip(first).zip(planned).enumerate() {
        let lacked = without_data.get(first + index).copied().unwrap_or(0);
        recorder.planned(arrivals.saturating_sub(lacked));
    }
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
