//! A server of one arm, in a process of its own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitCode, Stdio};

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

/// A running server; stopped when this value is dropped.
#[derive(Debug)]
pub(crate) struct ArmServer {
    child: Child,
    address: String,
}

impl ArmServer {
    /// Starts one that is slower by `percent`.
    pub(crate) fn start(kind: ServerKind, percent: f64, seed: usize) -> io::Result<ArmServer> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.env(SERVER, kind.name()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take();
        let mut server = ArmServer { child, address: String::new() };
        let out = out.ok_or_else(|| io::Error::other("the server has no output"))?;
        BufReader::new(out).read_line(&mut server.address)?;
        server.address = server.address.trim().to_owned();
        server.configure(&kind.parameters(percent, seed))?;
        Ok(server)
    }

    /// `http://127.0.0.1:40123`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn configure(&self, parameters: &str) -> io::Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET /configure?{parameters} HTTP/1.1\r\nhost: arm\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        if answer.ends_with(b"200") { Ok(()) } else { Err(io::Error::other("the server cannot be configured")) }
    }
}

impl Drop for ArmServer {
    fn drop(&mut self) {
        // It may have ended already; that makes no difference.
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The name of the server that this process is to be.
pub(crate) fn wanted() -> Option<String> {
    std::env::var(SERVER).ok()
}

/// Serves until the bench has ended.
pub(crate) fn serve(name: &str) -> ExitCode {
    std::thread::spawn(|| {
        let _until_it_ends = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
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
