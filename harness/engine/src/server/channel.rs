//! The child process's end of the [`Channel`] to the test binary.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

/// The child's end: it reports on the channel, and reads it only to notice that the test binary has closed its end or
/// has ended.
#[derive(Debug)]
pub struct Channel {
    stream: UnixStream,
}

impl Channel {
    /// Takes the channel from standard input, which becomes `/dev/null`.
    ///
    /// The channel is closed on exec, so that no process that the server starts can hold it open.
    pub fn take_from_stdin() -> io::Result<Self> {
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // Fails if standard input is not a socket, as when a person starts the binary with the internal arguments.
        stream.peer_addr()?;
        rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
        Ok(Self { stream })
    }

    /// Sends one line to the test binary.
    pub fn report(&self, line: &str) -> io::Result<()> {
        (&self.stream).write_all(format!("{line}\n").as_bytes())
    }

    /// Calls `each` with every line that the other end sends, and `end` when that end is closed. Runs on its own thread.
    pub fn listen(
        &self,
        mut each: impl FnMut(&str) + Send + 'static,
        end: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let lines = BufReader::new(self.stream.try_clone()?).lines();
        thread::Builder::new().name("channel".to_owned()).spawn(move || {
            lines.map_while(Result::ok).for_each(|line| each(&line));
            end();
        })?;
        Ok(())
    }

    /// Calls `act` when the test binary has closed its end or has ended. It runs on its own thread, so that a busy
    /// process cannot delay it.
    pub(super) fn when_closed(&self, act: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut stream = self.stream.try_clone()?;
        thread::Builder::new().name("channel".to_owned()).spawn(move || {
            let mut byte = [0];
            loop {
                match stream.read(&mut byte) {
                    Ok(1) => {}
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    _ => return act(),
                }
            }
        })?;
        Ok(())
    }
}
