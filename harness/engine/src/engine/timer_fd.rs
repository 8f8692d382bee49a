//! Linux: a timer that the kernel runs, in the reactor of the worker thread.

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
pub(super) struct TimerFd(AsyncFd<OwnedFd>);

impl TimerFd {
    #[expect(deprecated, reason = "its successor is unsafe, and an owned descriptor guarantees what that requires")]
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
        // It need not be read: the reactor has one event for each time that it fires, and to set it again is to empty it.
        ready!(self.0.poll_read_ready(context))?.clear_ready();
        Poll::Ready(Ok(()))
    }
}
