//! A server of a bench: the bench's own binary, started again as a process of its own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running server; stopped when this value is dropped.
#[derive(Debug)]
pub struct BenchServer {
    child: Child,
    address: String,
}

impl BenchServer {
    /// Starts `command`, which prints the address that it serves on as its first line.
    ///
    /// # Errors
    /// It cannot be started, or prints nothing.
    pub fn start(command: &mut Command) -> io::Result<BenchServer> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take();
        let mut server = BenchServer { child, address: String::new() };
        let out = out.ok_or_else(|| io::Error::other("the server has no output"))?;
        BufReader::new(out).read_line(&mut server.address)?;
        server.address = server.address.trim().to_owned();
        Ok(server)
    }

    /// `http://127.0.0.1:40123`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets how all following requests are answered: `body_bytes=100&delay_ms=2`.
    ///
    /// # Errors
    /// The server does not answer, or refuses the parameters.
    pub fn configure(&self, parameters: &str) -> io::Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(stream, "GET /configure?{parameters} HTTP/1.1\r\nhost: bench\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        if status.ends_with(b"200") { Ok(()) } else { Err(io::Error::other("the server cannot be configured")) }
    }
}

impl Drop for BenchServer {
    fn drop(&mut self) {
        // It may have ended already; that makes no difference.
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Ends this process, which is such a server, when the bench has ended: its standard input is closed then.
pub fn end_with_bench() {
    std::thread::spawn(|| {
        let _until_it_ends = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
}
