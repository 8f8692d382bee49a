//! What can go wrong with a server, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::Death;

/// Why a server could not be started, attached or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A server was started outside a fixture or a test.
    #[error(
        "server `{name}` cannot be started here: servers start in a fixture; \
         write a `#[fixture]` that starts it, and name that fixture as a parameter of the test"
    )]
    NoStage {
        /// The server's name.
        name: String,
    },

    /// The file for its output could not be created.
    #[error("cannot create {} for the output of server `{name}`: {source}; is the folder writable?", .path.display())]
    Output {
        /// The server's name.
        name: String,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The process could not be started.
    #[error("cannot start server `{name}` ({program}): {reason}")]
    Start {
        /// The server's name.
        name: String,
        /// The program that was to run.
        program: String,
        /// What the system said.
        reason: String,
    },

    /// A command says nowhere which port its server listens on.
    #[error(
        "the command of server `{name}` does not say which port it listens on: \
         write `{{port}}` in an argument or an environment value to be given a free one, or `.port(8080)` for a fixed one"
    )]
    NoPort {
        /// The server's name.
        name: String,
    },

    /// The process ended before the server was ready.
    #[error(
        "server `{name}` ended with {death} before it was ready{}",
        told(.output, .last_lines)
    )]
    EndedBeforeReady {
        /// The server's name.
        name: String,
        /// How the process ended.
        death: Death,
        /// Where its output is kept.
        output: PathBuf,
        /// The last lines of its output.
        last_lines: Vec<String>,
    },

    /// The server was not ready in time.
    #[error(
        "server `{name}` was not ready after {}: waited for {awaited}; \
         raise its start_timeout if it needs longer{}",
        seconds(.waited),
        told(.output, .last_lines)
    )]
    NotReady {
        /// The server's name.
        name: String,
        /// What for, and how near it came:
        /// `GET http://127.0.0.1:4000/health to answer with a 2xx status, the last answer was status 503`
        awaited: String,
        /// How long it had.
        waited: Duration,
        /// Where its output is kept.
        output: PathBuf,
        /// The last lines of its output.
        last_lines: Vec<String>,
    },

    /// A process neither ended when asked nor when killed.
    #[error("server `{name}` (process {pid}) is still there after SIGKILL; end it by hand before you measure again")]
    Stuck {
        /// The server's name.
        name: String,
        /// Its process.
        pid: u32,
    },

    /// An address that no server can be attached at.
    #[error("cannot attach a server at `{url}`: {reason}")]
    Attach {
        /// The address as written.
        url: String,
        /// What is wrong with it, and what is right.
        reason: String,
    },
}

/// The tail of the output, indented below the message.
fn told(output: &std::path::Path, last_lines: &[String]) -> String {
    if last_lines.is_empty() {
        return format!("; it wrote nothing to {}", output.display());
    }
    let mut text = format!("; the last lines of {}:", output.display());
    for line in last_lines {
        text.push_str("\n    ");
        text.push_str(line);
    }
    text
}

fn seconds(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
