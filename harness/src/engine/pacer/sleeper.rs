//! An alarm for any system: a thread that sleeps, and wakes whoever waits.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// A thread that sleeps until it is time. It ends when this is dropped.
pub(in crate::engine) struct Sleeper {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    due: Option<Instant>,
    has_rung: bool,
    is_over: bool,
    waker: Option<Waker>,
}

impl Sleeper {
    pub(super) fn start() -> io::Result<Sleeper> {
        let shared = Arc::<Shared>::default();
        let sleeping = Arc::clone(&shared);
        std::thread::Builder::new().name("pacer".to_owned()).spawn(move || sleeping.sleep())?;
        Ok(Sleeper { shared })
    }

    pub(super) fn set(&mut self, due: Instant) {
        let mut state = self.shared.lock();
        (state.due, state.has_rung) = (Some(due), false);
        self.shared.changed.notify_one();
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.shared.lock();
        if std::mem::take(&mut state.has_rung) {
            return Poll::Ready(());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self) {
        let mut state = self.lock();
        while !state.is_over {
            let now = Instant::now();
            state = match state.due {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(due) if now < due => {
                    self.changed.wait_timeout(state, due - now).unwrap_or_else(PoisonError::into_inner).0
                }
                Some(_) => {
                    (state.due, state.has_rung) = (None, true);
                    if let Some(waker) = state.waker.take() {
                        waker.wake();
                    }
                    state
                }
            };
        }
    }
}
