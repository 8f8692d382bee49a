//! The alarms a pacer can have: the kernel's timer, a thread that sleeps, and tokio's timer where time is paused.

use std::io;
use std::task::{Context, Poll};
use std::time::Duration;

#[cfg(target_os = "linux")]
use self::timer_fd::TimerFd;
#[cfg(any(not(target_os = "linux"), test))]
use super::sleeper::Sleeper;
use crate::client::Clock;

/// Rings once, at the time it was last set to.
pub(in crate::engine) enum Alarm {
    /// The kernel's timer, in the reactor of the worker.
    #[cfg(target_os = "linux")]
    TimerFd(TimerFd),
    /// Other systems: a thread that sleeps.
    #[cfg(any(not(target_os = "linux"), test))]
    Thread(Sleeper),
    /// Paused time, in tests.
    #[cfg(test)]
    Tokio(std::pin::Pin<Box<tokio::time::Sleep>>),
}

impl Alarm {
    /// The best one that this system has. To be made inside the runtime in which it is waited for.
    #[cfg(target_os = "linux")]
    pub(in crate::engine) fn precise() -> io::Result<Alarm> {
        TimerFd::new().map(Alarm::TimerFd)
    }

    /// The best one that this system has.
    #[cfg(not(target_os = "linux"))]
    pub(in crate::engine) fn precise() -> io::Result<Alarm> {
        Alarm::of_a_thread()
    }

    /// One for systems without a timer in their reactor.
    #[cfg(any(not(target_os = "linux"), test))]
    pub(in crate::engine) fn of_a_thread() -> io::Result<Alarm> {
        Sleeper::start().map(Alarm::Thread)
    }

    /// One that follows tokio's paused time.
    #[cfg(test)]
    pub(in crate::engine) fn of_tokio() -> Alarm {
        Alarm::Tokio(Box::pin(tokio::time::sleep(Duration::ZERO)))
    }

    /// Sets the alarm to `due`; what it was set to before is forgotten.
    pub(super) fn set(&mut self, clock: Clock, due: Duration) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Alarm::TimerFd(timer) => timer.set(due.saturating_sub(clock.now())),
            #[cfg(any(not(target_os = "linux"), test))]
            Alarm::Thread(sleeper) => {
                sleeper.set(clock.at(due).into_std());
                Ok(())
            }
            #[cfg(test)]
            Alarm::Tokio(sleep) => {
                sleep.as_mut().reset(clock.at(due));
                Ok(())
            }
        }
    }

    /// Ready when it has rung.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            #[cfg(target_os = "linux")]
            Alarm::TimerFd(timer) => timer.poll(context),
            #[cfg(any(not(target_os = "linux"), test))]
            Alarm::Thread(sleeper) => sleeper.poll(context).map(Ok),
            #[cfg(test)]
            Alarm::Tokio(sleep) => sleep.as_mut().poll(context).map(Ok),
        }
    }
}

#[cfg(target_os = "linux")]
mod timer_fd {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::task::{Context, Poll, ready};
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// A timer whose descriptor becomes readable when its time has come.
    pub(in crate::engine) struct TimerFd(AsyncFd<OwnedFd>);

    impl TimerFd {
        #[expect(deprecated, reason = "its successor is unsafe, and an owned descriptor keeps what that asks for")]
        pub(super) fn new() -> io::Result<TimerFd> {
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            AsyncFd::with_interest(timer, Interest::READABLE).map(TimerFd)
        }

        pub(super) fn set(&mut self, after: Duration) -> io::Result<()> {
            // Zero would switch the timer off.
            let after = Timespec::try_from(after.max(Duration::from_nanos(1))).map_err(io::Error::other)?;
            let once = Itimerspec { it_interval: Timespec::default(), it_value: after };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
            Ok(())
        }

        pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
            loop {
                let mut readable = ready!(self.0.poll_read_ready(context))?;
                let mut expirations = [0; 8];
                let read = |timer: &AsyncFd<OwnedFd>| Ok(rustix::io::read(timer.get_ref(), &mut expirations)?);
                // `Err` says that it was set anew since it rang: it is waited for again.
                if let Ok(rung) = readable.try_io(read) {
                    return Poll::Ready(rung.map(drop));
                }
            }
        }
    }
}
