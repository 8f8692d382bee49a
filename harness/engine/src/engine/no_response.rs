//! The end of a run whose server does not respond, or whose users do not come back.

use std::time::Duration;

use super::control::Control;
use crate::measure::Ended;
use crate::workload::RunLength;

impl Control<'_> {
    /// Ends the run if no request has been answered for too long.
    pub(super) fn end_if_silent(&self, now: Duration, longest_timeout: Duration) {
        if self.timeline.load_began().is_some()
            && let Some(silence) = self.watchdog.silence(now, longest_timeout)
        {
            self.end_early(self.why_silent(silence));
        }
    }

    /// A server can only be silent to those who asked it.
    fn why_silent(&self, silence: Duration) -> Ended {
        let counts_requests = self.plan.is_none() && matches!(self.workload.length, RunLength::Requests(_));
        match self.pulses.any_waits() {
            true => Ended::NoAnswer(silence),
            // All requests were measured, and some users do not come back.
            false if counts_requests && self.budgets.never_sent() == 0 => Ended::AsPlanned,
            false => Ended::Broken(format!(
                "no user of the test came back from its iteration for {} s, and none of them waited for a request: what else does \
                 the test's function await?",
                silence.as_secs_f64()
            )),
        }
    }

    /// Ends the run if no connection could be made for too long. `refused` is since when, and why, as far as one worker knows.
    pub(super) fn end_if_refused(&self, refused: (Duration, &str), now: Duration, longest_timeout: Duration) {
        if let Some(began) = self.timeline.load_began()
            && let Some((since, waited)) = self.watchdog.refusal(refused.0, now, longest_timeout)
        {
            let (since, cause) = (since.saturating_sub(began), refused.1.to_owned());
            self.end_early(Ended::Refused { since, waited, cause });
        }
    }
}
