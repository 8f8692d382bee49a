//! When the load begins: as soon as its users are ready, or together with loads of other servers or of other processes.

use std::pin::pin;
use std::task::Context;
use std::time::Duration;

use super::control::Control;
use super::user_code::{UserCodeEnd, poll_user_code};
use super::user_context::UserContext;
use crate::arm_turns::ArmTurns;

impl Control<'_> {
    /// A load whose users start one after the other waits for none of them: it begins now, or together with that of other processes.
    pub(super) fn begin_ramp_up(&self) {
        match &self.live.part {
            Some(part) => part.arrive(),
            None => {
                let now = self.clock.now();
                self.timeline.begin_load(now);
                self.watchdog.answered(now);
            }
        }
    }

    /// The load waits for no more users.
    pub(super) fn all_users_ready(&self) {
        if let Some(part) = &self.live.part {
            part.arrive();
            // With a ramp-up, its end waits for the users.
            if self.timeline.load_began().is_some() {
                self.timeline.all_users_ready(self.clock.now());
            }
            return self.begin_with_others();
        }
        match &self.turns {
            None => self.begin_load(self.clock.now()),
            Some(turns) => {
                turns.arrive(self.clock.at(self.clock.now()));
                self.begin_with_others();
            }
        }
    }

    fn begin_load(&self, at: Duration) {
        self.watchdog.answered(at);
        self.timeline.all_users_ready(at);
    }

    /// Begins a load that begins together with others, once all are ready. The last to be ready is not always of this load, so a thread
    /// asks again and again, often enough to notice it before that time. Users wait until then.
    pub(super) fn begin_with_others(&self) {
        if self.timeline.load_began().is_some() {
            return;
        }
        if let Some(part) = &self.live.part {
            let Some(begins) = part.begins() else { return };
            if self.workload.ramp_up().is_zero() {
                return self.begin_load(begins);
            }
            self.watchdog.answered(begins);
            return self.timeline.begin_load(begins);
        }
        if let Some(begins) = self.turns.as_ref().and_then(ArmTurns::begins) {
            self.begin_load(self.clock.since_start(begins));
        }
    }
}

impl UserContext<'_, '_> {
    /// When a ramp-up begins that other processes have a part of, as soon as that is known; `None` at once where all users start
    /// together, or one process offers the load.
    pub(super) async fn common_ramp_up(&self) -> Option<Duration> {
        let control = self.control;
        if control.live.part.is_none() || control.workload.ramp_up().is_zero() {
            return None;
        }
        control.timeline.load_has_begun().await;
        control.timeline.load_began()
    }

    /// Waits until the load begins, or the run is over. Of a load that begins together with others the time is known beforehand.
    pub(super) async fn wait_for_load(&self) {
        let UserContext { control, worker, .. } = self;
        control.timeline.load_has_begun().await;
        if let Some(begins) = control.timeline.load_began().filter(|_| control.live.part.is_some()) {
            let mut waiting = pin!(worker.pacer.until(begins));
            let wait = |context: &mut Context<'_>| poll_user_code(waiting.as_mut(), context);
            let has_begun = self.run_user_code(|| worker.is_finishing(), wait).await != UserCodeEnd::GivenUp;
            // In a ramp-up each user begins in its turn.
            if has_begun && control.workload.ramp_up().is_zero() {
                control.late_start.note(begins, control.clock.now());
            }
        }
    }
}
