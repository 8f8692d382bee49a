//! A server of one arm, in a process of its own.

use std::io;
use std::process::{Command, ExitCode};

use perf_tests::{BenchServer, end_with_bench};

/// The environment variable that makes this binary a server: its value is the name of one.
const SERVER: &str = "REGRESSION_SERVER";

/// Rounds of a request of `spin`: some 2 ms.
const ROUNDS: f64 = 1e6;
/// The median of a response of `delay`, and the deviation of its logarithm.
const DELAY_MS: f64 = 10.0;
const SIGMA: f64 = 0.3;

/// The reference server of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerKind {
    /// Waits for a time that is drawn anew for each request.
    Delay,
    /// Computes.
    Spin,
}

impl ServerKind {
    pub(crate) fn named(name: &str) -> Option<ServerKind> {
        [ServerKind::Delay, ServerKind::Spin].into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            ServerKind::Delay => "delay",
            ServerKind::Spin => "spin",
        }
    }

    /// How many runs so many changes need: those of a server that computes would take the processor from each other.
    pub(crate) fn runs_for(self, changes: usize) -> usize {
        match self {
            ServerKind::Delay => 1,
            ServerKind::Spin => changes,
        }
    }

    /// What makes it slower by `percent`. The draws of no two servers are the same.
    fn parameters(self, percent: f64, seed: usize) -> String {
        let factor = 1.0 + percent / 100.0;
        match self {
            ServerKind::Delay => format!("delay_ms={}&sigma={SIGMA}&seed={seed}", DELAY_MS * factor),
            ServerKind::Spin => format!("rounds={}", (ROUNDS * factor).round()),
        }
    }
}

/// Starts a server that is slower by `percent`.
pub(crate) fn start(kind: ServerKind, percent: f64, seed: usize) -> io::Result<BenchServer> {
    let server = BenchServer::start(Command::new(std::env::current_exe()?).env(SERVER, kind.name()))?;
    server.configure(&kind.parameters(percent, seed))?;
    Ok(server)
}

/// The name of the server that this process is to be.
pub(crate) fn wanted() -> Option<String> {
    std::env::var(SERVER).ok()
}

/// Serves until the bench has ended.
pub(crate) fn serve(name: &str) -> ExitCode {
    end_with_bench();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.and_then(|runtime| {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
            println!("{}", listener.local_addr()?);
            match ServerKind::named(name) {
                Some(ServerKind::Delay) => fixtures::delay::answer(listener).await,
                Some(ServerKind::Spin) => fixtures::spin::answer(listener).await,
                None => Err(io::Error::other(format!("no server is called `{name}`"))),
            }
        })
    });
    eprintln!("the server ended: {served:?}");
    ExitCode::FAILURE
}
