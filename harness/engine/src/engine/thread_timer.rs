//! A timer for any system: a thread that sleeps until the due time, then wakes the task that waits for it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// A thread that sleeps until the due time. It ends when this is dropped.
pub(super) struct ThreadTimer {
    shared: Arc<SharedTimer>,
}

#[derive(Default)]
struct SharedTimer {
    state: Mutex<TimerState>,
    changed: Condvar,
}

#[derive(Default)]
struct TimerState {
    due: Option<Instant>,
    has_fired: bool,
    is_dropped: bool,
    waker: Option<Waker>,
}

impl ThreadTimer {
    pub(super) fn start() -> io::Result<ThreadTimer> {
        let shared = Arc::<SharedTimer>::default();
        let sleeping = Arc::clone(&shared);
        std::thread::Builder::new().name("pacer".to_owned()).spawn(move || sleeping.sleep())?;
        Ok(ThreadTimer { shared })
    }

    pub(super) fn set(&mut self, due: Instant) {
        let mut state = self.shared.lock();
        (state.due, state.has_fired) = (Some(due), false);
        self.shared.changed.notify_one();
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.lock();
        if std::mem::take(&mut state.has_fired) {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for ThreadTimer {
    fn drop(&mut self) {
        self.shared.lock().is_dropped = true;
        self.shared.changed.notify_one();
    }
}

impl SharedTimer {
    fn lock(&self) -> MutexGuard<'_, TimerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self) {
        let mut state = self.lock();
        while !state.is_dropped {
            let now = Instant::now();
            state = match state.due {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(due) if now < due => {
                    self.changed.wait_timeout(state, due - now).unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    (state.due, state.has_fired) = (None, true);
                    if let Some(waker) = state.waker.take() {
                        waker.wake();
                    }
                    state
                }
            };
        }
    }
}
