//! Ctrl-C and SIGTERM: the first ends the run in good order, the second at once.

use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use super::voice::complain;
use crate::client::Stop;

/// The signal that ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signalled {
    /// Ctrl-C.
    Interrupt,
    /// `kill`, or a CI job that ran out of time.
    Terminate,
}

impl Signalled {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Signalled::Interrupt => "SIGINT",
            Signalled::Terminate => "SIGTERM",
        }
    }

    /// 128 and the signal's number, as shells count.
    pub(super) const fn exit_code(self) -> u8 {
        match self {
            Signalled::Interrupt => 130,
            Signalled::Terminate => 143,
        }
    }
}

/// Whether the run was interrupted, and the switch of the test that is running. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    signal: OnceLock<Signalled>,
    current: Mutex<Option<Stop>>,
    arrived: Notify,
}

impl Interrupt {
    /// Listens on a thread of its own, so that nothing a fixture does can keep a signal waiting.
    pub(super) fn listen() -> io::Result<Interrupt> {
        let interrupt = Interrupt::default();
        let heard = interrupt.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let (interrupts, terminations) = {
            let _inside = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(heard.heed(interrupts, terminations)))?;
        Ok(interrupt)
    }

    /// The signal that interrupted the run, if one did.
    pub(super) fn signal(&self) -> Option<Signalled> {
        self.shared.signal.get().copied()
    }

    /// Waits until the run is interrupted.
    pub(super) async fn arrived(&self) -> Signalled {
        loop {
            let arrived = self.shared.arrived.notified();
            if let Some(signal) = self.signal() {
                return signal;
            }
            arrived.await;
        }
    }

    /// From now on a signal pulls `stop`; pulls it at once if one has arrived.
    pub(super) fn guard(&self, stop: &Stop) {
        *self.shared.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop.clone());
        if let Some(signal) = self.signal() {
            stop.pull(reason(signal));
        }
    }

    async fn heed(&self, mut interrupts: Signal, mut terminations: Signal) {
        loop {
            let received = tokio::select! {
                Some(()) = interrupts.recv() => Signalled::Interrupt,
                Some(()) = terminations.recv() => Signalled::Terminate,
                else => return,
            };
            if let Err(second) = self.shared.signal.set(received) {
                // The person means it: no tear-down. The servers end by themselves when this process does.
                std::process::exit(i32::from(second.exit_code()));
            }
            complain(&format!("\n{}: ending the run in good order; once more ends it at once", received.name()));
            if let Some(stop) = &*self.shared.current.lock().unwrap_or_else(PoisonError::into_inner) {
                stop.pull(reason(received));
            }
            self.shared.arrived.notify_waiters();
        }
    }
}

fn reason(signal: Signalled) -> String {
    format!("interrupted by {}", signal.name())
}
