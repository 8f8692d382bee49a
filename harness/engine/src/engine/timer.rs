//! The timer behind a pacer: the kernel's, a thread that sleeps, or tokio's where a test pauses the time.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

#[cfg(any(not(target_os = "linux"), test))]
use super::thread_timer::ThreadTimer;
#[cfg(target_os = "linux")]
use super::timer_fd::TimerFd;

/// Fires once, at the time it was last set to.
pub(super) enum Timer {
    /// The kernel's timer, in the reactor of the worker.
    #[cfg(target_os = "linux")]
    TimerFd(TimerFd),
    /// Other systems: a thread that sleeps.
    #[cfg(any(not(target_os = "linux"), test))]
    Thread(ThreadTimer),
    /// Paused time, in tests.
    #[cfg(test)]
    Tokio(std::pin::Pin<Box<tokio::time::Sleep>>),
}

impl Timer {
    /// The most precise one of this system. Create it inside the runtime in which it is polled.
    #[cfg(target_os = "linux")]
    pub(super) fn precise() -> io::Result<Timer> {
        TimerFd::new().map(Timer::TimerFd)
    }

    /// The most precise one of this system.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn precise() -> io::Result<Timer> {
        Timer::of_a_thread()
    }

    /// One for systems without a timer in their reactor.
    #[cfg(any(not(target_os = "linux"), test))]
    pub(super) fn of_a_thread() -> io::Result<Timer> {
        ThreadTimer::start().map(Timer::Thread)
    }

    /// One that follows tokio's paused time.
    #[cfg(test)]
    pub(super) fn of_tokio() -> Timer {
        Timer::Tokio(Box::pin(tokio::time::sleep(Duration::ZERO)))
    }

    /// Sets the timer to a time from now, and no longer to any time before.
    pub(super) fn set(&mut self, after: Duration) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Timer::TimerFd(timer) => timer.set(after),
            #[cfg(any(not(target_os = "linux"), test))]
            Timer::Thread(thread) => {
                thread.set(std::time::Instant::now() + after);
                Ok(())
            }
            #[cfg(test)]
            Timer::Tokio(sleep) => {
                sleep.as_mut().reset(tokio::time::Instant::now() + after);
                Ok(())
            }
        }
    }

    /// Ready when it has fired, once.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            #[cfg(target_os = "linux")]
            Timer::TimerFd(timer) => timer.poll(context),
            #[cfg(any(not(target_os = "linux"), test))]
            Timer::Thread(thread) => thread.poll(context).map(Ok),
            #[cfg(test)]
            Timer::Tokio(sleep) => sleep.as_mut().poll(context).map(Ok),
        }
    }
}
