//! Ctrl-C and SIGTERM: the first shuts the run down and keeps its partial results, the second ends the process.

use std::io;

use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};

use super::output::complain;
use crate::runner::Interruption;

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`, or a CI job that ran out of time.
    Terminate,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }

    /// 128 and the signal's number, as shells count.
    const fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
        }
    }
}

/// The exit code of a run that was interrupted by the signal called `name`.
pub(super) fn exit_code(name: &str) -> u8 {
    let signal = if name == Signal::Terminate.name() { Signal::Terminate } else { Signal::Interrupt };
    signal.exit_code()
}

/// Listens on a thread of its own, so that nothing a fixture does can delay a signal.
pub(super) fn listen() -> io::Result<Interruption> {
    let interruption = Interruption::default();
    let shared = interruption.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (interrupts, terminations) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || runtime.block_on(forward(shared, interrupts, terminations)))?;
    Ok(interruption)
}

async fn forward(interruption: Interruption, mut interrupts: SignalStream, mut terminations: SignalStream) {
    loop {
        let received = tokio::select! {
            Some(()) = interrupts.recv() => Signal::Interrupt,
            Some(()) = terminations.recv() => Signal::Terminate,
            else => return,
        };
        if interruption.cause().is_some() {
            // The second signal skips the tear-down. The servers end by themselves when this process does.
            std::process::exit(i32::from(received.exit_code()));
        }
        complain(&format!("\n{}: shutting down; press Ctrl-C again to stop immediately", received.name()));
        interruption.interrupt(received.name());
    }
}
