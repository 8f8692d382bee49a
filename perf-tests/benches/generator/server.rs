//! The server that every generator sends to: `hello`, in a process and on a core of its own.

use std::io;
use std::process::ExitCode;

use perf_tests::{BenchServer, end_with_bench};

use super::load::{Answers, Head};
use super::process::{SERVER_CORE, pinned};

/// The environment variable that makes this binary the server.
pub(crate) const SERVER: &str = "GENERATOR_SERVER";

/// Starts the server on its core.
pub(crate) fn start() -> io::Result<BenchServer> {
    BenchServer::start(pinned(SERVER_CORE, &std::env::current_exe()?).env(SERVER, "1"))
}

/// Sets how all following requests are answered.
pub(crate) fn answer_with(server: &BenchServer, answers: Answers) -> io::Result<()> {
    let Answers { body_bytes, head } = answers;
    let request_ids = u8::from(head == Head::Changing);
    server.configure(&format!("body_bytes={body_bytes}&request_ids={request_ids}"))
}

/// Serves until the bench has ended.
pub(crate) fn serve() -> ExitCode {
    end_with_bench();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.and_then(|runtime| {
        runtime.block_on(async {
            // A thousand users connect at once.
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(([127, 0, 0, 1], 0).into())?;
            let listener = socket.listen(16 * 1024)?;
            println!("{}", listener.local_addr()?);
            fixtures::hello::answer(listener).await
        })
    });
    eprintln!("the server ended: {served:?}");
    ExitCode::FAILURE
}
