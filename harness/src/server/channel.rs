//! The child's end of the channel to the test binary.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

/// Two-way: the child reports on it, and reads it only to notice that the test binary has closed or lost its end.
#[derive(Debug)]
pub(super) struct Channel {
    stream: UnixStream,
}

impl Channel {
    /// Takes the channel out of standard input.
    ///
    /// The copy is closed on exec and `/dev/null` takes its place, so that no process that the server starts
    /// can hold the channel open.
    pub(super) fn take_from_stdin() -> io::Result<Self> {
        let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // Fails here when standard input is anything else, which is when people make this call by hand.
        stream.peer_addr()?;
        rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
        Ok(Self { stream })
    }

    /// Sends one line to the test binary.
    pub(super) fn report(&self, line: &str) -> io::Result<()> {
        (&self.stream).write_all(format!("{line}\n").as_bytes())
    }

    /// Calls `act` on a thread of its own, whatever the rest of the process is busy with, when the test binary has
    /// closed its end or is gone.
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
