//! A user of a closed workload that pauses between two iterations: [`ThinkingUser`].

use std::time::Duration;

use super::user_context::UserContext;
use crate::seeded::SplitMix64;
use crate::workload::{LoadModel, RunLength, ThinkRange, Users, Workload};

/// Its pauses are from a sequence of its own, so that the same seed gives the same pauses, whatever else the user chooses.
const PAUSES: u64 = 0x7468_696e_6b73_0001;

/// How often a user that pauses looks if there are requests left.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The pauses of one user.
pub(super) struct ThinkingUser {
    range: ThinkRange,
    random: SplitMix64,
    /// It has begun no iteration yet.
    is_fresh: bool,
}

impl ThinkingUser {
    /// The user with this number, if those of `workload` pause.
    pub(super) fn of(workload: &Workload, number: usize) -> Option<ThinkingUser> {
        let LoadModel::Closed(Users { think: Some(range), .. }) = workload.model else { return None };
        let random = SplitMix64::new(SplitMix64::nth(workload.seed ^ PAUSES, number as u64));
        Some(ThinkingUser { range, random, is_fresh: true })
    }

    /// Pauses, unless no iteration came before; `None` if the run is over before, or the user is to leave.
    pub(super) async fn pause(&mut self, user: &UserContext<'_, '_>) -> Option<()> {
        if std::mem::replace(&mut self.is_fresh, false) {
            return Some(());
        }
        let began = user.now();
        let until = began + self.range.at(self.random.next_unit());
        let is_over = wait(user, began, until).await;
        // A pause is think time in the interactive response-time law.
        user.note_occupied(began, until.min(user.control.clock.now()));
        is_over
    }
}

async fn wait(user: &UserContext<'_, '_>, began: Duration, until: Duration) -> Option<()> {
    let RunLength::Requests(_) = user.control.workload.length else {
        return user.idle(user.worker.pacer.until(until)).await;
    };
    // No user is woken when the last request has been taken, so this looks now and then whether there is one left.
    let mut now = began;
    while now < until {
        if user.control.budgets.never_sent() == 0 {
            return None;
        }
        now = until.min(now + LOOK_EVERY);
        user.idle(user.worker.pacer.until(now)).await?;
    }
    Some(())
}
