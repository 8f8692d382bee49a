//! When the load begins: as soon as its users are ready, or together with loads of other servers or of other processes.

use std::sync::OnceLock;
use std::time::Duration;

use super::control::Control;
use crate::arm_turns::ArmTurns;

/// How much later than at the common time the load of this process began; nothing is known before it did.
#[derive(Debug, Default)]
pub(super) struct LateStart(OnceLock<Duration>);

impl LateStart {
    /// The load was to begin at `begins`, and its first user begins `now`; the first call counts.
    pub(super) fn note(&self, begins: Duration, now: Duration) {
        self.0.get_or_init(|| now.saturating_sub(begins));
    }

    pub(super) fn time(&self) -> Option<Duration> {
        self.0.get().copied()
    }
}

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
