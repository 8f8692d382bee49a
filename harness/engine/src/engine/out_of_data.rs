//! Users that find no more data for their iterations, and the end of a run in which all of them have.

use std::time::Duration;

use super::control::Control;
use crate::measure::Ended;

impl Control<'_> {
    /// A user found no data for the iteration that ends `at` this time, and that a plan wanted to start when it says. When all have, the measurement ends as if its
    /// length had been planned so; where their number changes, with the first.
    #[cold]
    pub(super) fn user_is_out_of_data(&self, what: &str, intended: Option<(Duration, usize)>, at: Duration) {
        if self.turns.is_some() {
            let why = format!(
                "{what} while servers took turns, each of which needs data until its end: let the rows `wrap()`"
            );
            return self.end_early(Ended::Broken(why));
        }
        if self.timeline.measured_from().is_none() {
            let why = format!(
                "{what} before the measurement began: give the file more rows, let them `wrap()`, or give them to a fixture of \
                 scope `test`, which begins with the first row"
            );
            return self.end_early(Ended::Broken(why));
        }
        let ends = self.timeline.stopped_at().unwrap_or(at);
        let begins = self.timeline.measured_from().unwrap_or_default();
        let due = intended.filter(|(intended, _)| (begins..ends).contains(intended)).map(|(_, recorder)| recorder);
        let users = self.used_up.note(what, due);
        if !self.obeys_closed_law() || users >= self.users() {
            self.timeline.stop(at);
        }
    }
}
