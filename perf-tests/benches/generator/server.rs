//! The server that every generator sends to: `hello`, in a process and on a core of its own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ExitCode, Stdio};

use super::load::{Answers, Head};
use super::process::{SERVER_CORE, pinned};

/// The environment variable that makes this binary the server.
pub(crate) const SERVER: &str = "GENERATOR_SERVER";

/// A running server; stopped when this value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub(crate) fn start() -> io::Result<Server> {
        let mut command = pinned(SERVER_CORE, &std::env::current_exe()?);
        let mut child = command.env(SERVER, "1").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        let out = child.stdout.take().ok_or_else(|| io::Error::other("the server has no output"))?;
        BufReader::new(out).read_line(&mut address)?;
        Ok(Server { child, address: address.trim().to_owned() })
    }

    /// `http://127.0.0.1:40123`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets how all following requests are answered.
    pub(crate) fn answer_with(&self, answers: Answers) -> io::Result<()> {
        let Answers { body_bytes, head } = answers;
        let request_ids = u8::from(head == Head::Changing);
        let parameters = format!("body_bytes={body_bytes}&request_ids={request_ids}");
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET /configure?{parameters} HTTP/1.1\r\nhost: hello\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        if answer.ends_with(b"200") { Ok(()) } else { Err(io::Error::other("the server cannot be configured")) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; that makes no difference.
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Serves until the bench has ended.
pub(crate) fn serve() -> ExitCode {
    std::thread::spawn(|| {
        let _until_it_ends = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
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
