//! Errors of starting, attaching and stopping servers: [`ServerError`].

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::exit::ProcessExit;

/// Why a server could not be started, attached or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A server was started outside a fixture or a test.
    #[error(
        "server `{name}` cannot be started here: servers start in a fixture; \
         write a `#[fixture]` that starts it, and name that fixture as a parameter of the test"
    )]
    OutsideFixture {
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

    /// A command does not say which port its server listens on.
    #[error(
        "the command of server `{name}` does not say which port it listens on: \
         write `{{port}}` in an argument or an environment value for a free port, or `.port(8080)` for a fixed one"
    )]
    NoPort {
        /// The server's name.
        name: String,
    },

    /// The process ended before the server was ready.
    #[error(
        "server `{name}` ended with {exit} before it was ready{}",
        last_lines_text(.output, .last_lines)
    )]
    EndedBeforeReady {
        /// The server's name.
        name: String,
        /// How the process ended.
        exit: ProcessExit,
        /// The file with its output.
        output: PathBuf,
        /// The last lines of its output.
        last_lines: Vec<String>,
    },

    /// The server was not ready in time.
    #[error(
        "server `{name}` was not ready after {}: waited for {awaited}; \
         raise its start_timeout if it needs longer{}",
        seconds(.waited),
        last_lines_text(.output, .last_lines)
    )]
    NotReady {
        /// The server's name.
        name: String,
        /// What it was to do, and what it did last:
        /// `GET http://127.0.0.1:4000/health to answer with a 2xx status, the last answer was status 503`
        awaited: String,
        /// How long it had.
        waited: Duration,
        /// The file with its output.
        output: PathBuf,
        /// The last lines of its output.
        last_lines: Vec<String>,
    },

    /// A process did not end, even when it was killed.
    #[error("server `{name}` (process {pid}) still runs after SIGKILL; end it yourself before you measure again")]
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
        /// What is wrong with it, and what to write instead.
        reason: String,
    },
}

/// The last lines of the output, indented below the message.
fn last_lines_text(output: &std::path::Path, last_lines: &[String]) -> String {
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
