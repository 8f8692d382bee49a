//! Ctrl-C and SIGTERM: the first shuts the run down and keeps its partial results, the second ends the process.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};

use super::guarded::{Ending, Report, Reporter};
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
    pub(super) const fn name(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }

    /// 128 and the signal's number, as shells count.
    pub(super) const fn exit_code(self) -> u8 {
        match self {
            Signal::Interrupt => 130,
            Signal::Terminate => 143,
        }
    }

    fn of_name(name: &str) -> Option<Signal> {
        [Signal::Interrupt, Signal::Terminate].into_iter().find(|signal| signal.name() == name)
    }
}

/// The exit code of a run that was interrupted by the signal called `name`.
pub(super) fn exit_code(name: &str) -> u8 {
    Signal::of_name(name).unwrap_or(Signal::Interrupt).exit_code()
}

/// How long a run may take to end when its guardian has been killed.
const WITHOUT_GUARDIAN: Duration = Duration::from_secs(10);

/// The signals of this process. While they are open, none of them ends it by itself.
pub(super) struct Signals {
    runtime: Runtime,
    interrupts: SignalStream,
    terminations: SignalStream,
}

impl Signals {
    pub(super) fn open() -> io::Result<Signals> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let (interrupts, terminations) = {
            let _inside = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        Ok(Signals { runtime, interrupts, terminations })
    }

    /// Calls `each` with every signal, on a thread of its own, so that nothing else can delay one.
    pub(super) fn forward(self, mut each: impl FnMut(Signal) + Send + 'static) -> io::Result<()> {
        let Signals { runtime, mut interrupts, mut terminations } = self;
        let forward = async move {
            loop {
                each(tokio::select! {
                    Some(()) = interrupts.recv() => Signal::Interrupt,
                    Some(()) = terminations.recv() => Signal::Terminate,
                    else => return,
                });
            }
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(forward))?;
        Ok(())
    }
}

/// Listens for signals to this process, and for those that its guardian passes on.
pub(super) fn listen(reporter: &Reporter) -> io::Result<Interruption> {
    let interruption = Interruption::default();
    let receiver =
        || Receiver { interruption: interruption.clone(), reporter: reporter.clone(), received: AtomicUsize::new(0) };
    // Counted apart: Ctrl-C on a terminal reaches the guardian and this process, and is one interruption.
    let (own, passed_on) = (receiver(), receiver());
    Signals::open()?.forward(move |signal| own.receive(signal))?;
    let without_guardian = interruption.clone();
    reporter.hear(
        move |name| Signal::of_name(name).into_iter().for_each(|signal| passed_on.receive(signal)),
        move || {
            // What was measured is still recorded, if that does not take long.
            without_guardian.interrupt("the end of the process that started the tests");
            std::thread::sleep(WITHOUT_GUARDIAN);
            std::process::exit(i32::from(Signal::Terminate.exit_code()));
        },
    )?;
    Ok(interruption)
}

/// What happens on signals from one source.
struct Receiver {
    interruption: Interruption,
    reporter: Reporter,
    received: AtomicUsize,
}

impl Receiver {
    fn receive(&self, signal: Signal) {
        if self.received.fetch_add(1, Ordering::Relaxed) > 0 {
            // The second signal skips the tear-down. The servers end by themselves when this process does.
            self.reporter.tell(&Report::Ends(Ending::AtOnce));
            std::process::exit(i32::from(signal.exit_code()));
        }
        if self.interruption.interrupt(signal.name()) {
            complain(&format!("\n{}: shutting down; press Ctrl-C again to stop immediately", signal.name()));
        }
    }
}
