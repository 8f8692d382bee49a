//! Polls what seldom happens only when it was woken.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// A part of a task with a waker of its own: in a turn of the task that does not concern it, it costs one load.
pub(super) struct WhenWoken {
    part: Arc<PartWaker>,
    waker: Waker,
}

#[derive(Default)]
struct PartWaker {
    is_woken: AtomicBool,
    task: AtomicWaker,
}

impl WhenWoken {
    pub(super) fn new() -> WhenWoken {
        let part = Arc::<PartWaker>::default();
        WhenWoken { waker: Waker::from(Arc::clone(&part)), part }
    }

    /// Completes with `work`, which is polled at once, and then only when it was woken.
    pub(super) async fn run<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        self.part.is_woken.store(true, Ordering::SeqCst);
        poll_fn(|context| {
            if !self.part.is_woken.load(Ordering::Relaxed) {
                return Poll::Pending;
            }
            self.part.task.register(context.waker());
            // Only now: a wake from here on is seen in the next turn, which it leads to.
            self.part.is_woken.store(false, Ordering::SeqCst);
            work.as_mut().poll(&mut std::task::Context::from_waker(&self.waker))
        })
        .await
    }
}

impl Wake for PartWaker {
    fn wake(self: Arc<PartWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<PartWaker>) {
        self.is_woken.store(true, Ordering::SeqCst);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;
    use crate::engine::executor::yield_now;

    /// Counts how often `work` is polled until it completes, while its task has many turns for other reasons.
    async fn polls_of(work: impl Future<Output = ()>) -> u32 {
        let (part, polls, mut work) = (WhenWoken::new(), Cell::new(0), pin!(work));
        let counted = part.run(poll_fn(|context| {
            polls.set(polls.get() + 1);
            work.as_mut().poll(context)
        }));
        let others = async {
            loop {
                for _ in 0..10 {
                    yield_now().await;
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            () = counted => polls.get(),
            () = others => unreachable!("they never end"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_polled_to_begin_and_when_it_is_woken() {
        assert_eq!(polls_of(sleep(Duration::from_millis(100))).await, 2);
        let twice = async {
            sleep(Duration::from_millis(5)).await;
            yield_now().await;
            sleep(Duration::from_millis(5)).await;
        };
        assert_eq!(polls_of(twice).await, 4);
    }

    #[tokio::test]
    async fn a_wake_from_another_thread_is_seen() {
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || sender.send(()).unwrap());
        WhenWoken::new().run(async { receiver.await.unwrap() }).await;
    }
}
