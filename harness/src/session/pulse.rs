//! Whether the session's thread still runs: code of a fixture that does not await keeps it, and no time limit is noticed there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::fixture::{Activity, FixtureStep};

/// How often the thread is heard of while it runs.
const BEAT: Duration = Duration::from_millis(500);
/// How much longer than its limit a fixture may keep the thread.
const GRACE: Duration = Duration::from_secs(2);
/// How long a fixture may keep the thread once the person has asked to stop.
const GRACE_AFTER_STOP: Duration = Duration::from_secs(5);

/// When the session's thread was last heard of, and what it was doing then. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct SessionPulse {
    last: Arc<Mutex<Instant>>,
    activity: Activity,
}

impl SessionPulse {
    pub(super) fn of(activity: Activity) -> SessionPulse {
        SessionPulse { last: Arc::new(Mutex::new(Instant::now())), activity }
    }

    /// Beats as long as the thread runs.
    pub(super) async fn beat(self) {
        loop {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            tokio::time::sleep(BEAT).await;
        }
    }

    /// What keeps the thread for longer than it may, if something does.
    pub(super) fn stuck(&self, is_interrupted: bool) -> Option<String> {
        let quiet = self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let step = self.activity.current()?;
        is_too_long(&step, quiet, is_interrupted).then(|| describe(&step, quiet))
    }
}

/// A fixture that awaits is not quiet, and without a limit it may block for as long as it likes, unless a person waits.
fn is_too_long(step: &FixtureStep, quiet: Duration, is_interrupted: bool) -> bool {
    (is_interrupted && quiet >= GRACE_AFTER_STOP) || step.limit.is_some_and(|limit| quiet >= limit + GRACE)
}

fn describe(step: &FixtureStep, quiet: Duration) -> String {
    let limit = step.limit.map_or_else(String::new, |limit| format!(" (its limit is {} s)", limit.as_secs_f64()));
    format!(
        "{step} has kept its thread for {:.1} s without awaiting anything{limit}: use `tokio::task::spawn_blocking` for what \
         blocks, so that its time limit and Ctrl-C are noticed",
        quiet.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn a_fixture_that_does_not_await_is_given_up_after_its_limit_and_soon_after_a_signal() {
        let activity = Activity::default();
        let pulse = SessionPulse::of(activity);
        assert_eq!(pulse.stuck(true), None, "no fixture is being set up");
        let limited = FixtureStep::set_up("shop", Some(S(60)));
        assert!(!is_too_long(&limited, S(61), false) && is_too_long(&limited, S(62), false));
        assert!(!is_too_long(&limited, S(4), true) && is_too_long(&limited, S(5), true));
        assert!(!is_too_long(&FixtureStep::set_up("shop", None), S(3_600), false));
        let text = describe(&limited, S(62));
        assert!(text.starts_with("the set-up of fixture `shop` has kept its thread for 62.0 s"), "{text}");
    }
}
