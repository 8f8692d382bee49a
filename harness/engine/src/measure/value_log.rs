//! The values that users record on their way from the author's code to the recorder.
//!
//! They wait for the end of their iteration, as nothing else says in which part of the run it counts.

use super::moment::Moment;
use super::recorder::Recorder;
use super::sample::Phase;
use super::user_log::UserLog;
use super::values::ValueKind;

impl UserLog {
    /// The iteration records `sample` under `name`. What is set up or torn down records nothing.
    pub fn record_value(&self, name: &str, kind: ValueKind, sample: f64) {
        match self.number_of_value(name, kind, sample) {
            Ok(number) if self.user.is_load.get() => self.user.hold_value(number, sample),
            Ok(_) => {}
            Err(mistake) => self.note_mistake(&mistake),
        }
    }

    fn number_of_value(&self, name: &str, kind: ValueKind, sample: f64) -> Result<u32, String> {
        if name.is_empty() {
            return Err("a value was recorded without a name".to_owned());
        }
        if !sample.is_finite() {
            return Err(format!("`user.record({name:?}, {sample})`: this is not a finite number"));
        }
        self.user.recorder().borrow_mut().values.number_of(name, kind)
    }

    /// The iteration of `phase` that was intended at `intended` is over.
    #[inline]
    pub(super) fn settle_values(&self, phase: Phase, intended: impl FnOnce() -> Moment) {
        if self.user.has_values() {
            self.record_held_values(phase, intended());
        }
    }

    #[inline(never)]
    fn record_held_values(&self, phase: Phase, intended: Moment) {
        let mut held = self.user.values();
        if phase == Phase::Measured {
            self.user.recorder().borrow_mut().record_values(intended, &held);
        }
        held.clear();
    }
}

impl Recorder {
    /// What an iteration of the measurement recorded, unless its stage is not judged: the numbers of values, and samples of them.
    fn record_values(&mut self, intended: Moment, held: &[(u32, f64)]) {
        if self.stages.is_judged(self.index_at(intended.ns())) {
            held.iter().for_each(|(number, sample)| self.values.add(*number, *sample));
        }
    }
}

#[cfg(test)]
mod tests;
