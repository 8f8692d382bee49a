//! What a perf binary answers to another one that is to start its servers: which protocol they speak, and which there are.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::declaration::ServerDecl;

/// The version of everything that a perf binary and the servers of another one have to agree on. Raised by a change of:
///
/// * the hidden arguments that start a server (`__proofload serve <module path>::<name>`),
/// * what is said on the channel, which is the server's standard input: `address <host>:<port>` from the server, and that it ends
///   when the channel is closed,
/// * the meaning of a field of [`OfferedServers`]. A new field needs a default and no new version.
pub(super) const SERVER_PROTOCOL: u32 = 1;

/// What a perf binary answers: the `#[server]` functions that it can be started as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedServers {
    /// [`SERVER_PROTOCOL`] of its Proofload.
    pub protocol: u32,
    /// The `opt-level` of its harness.
    #[serde(default)]
    pub opt_level: String,
    /// Its `#[server]` functions.
    #[serde(default)]
    pub servers: Vec<OfferedServer>,
}

/// One `#[server]` function of a perf binary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedServer {
    /// Its module path and name: `fixtures::agent::agent`.
    pub path: String,
    /// As in its declaration there.
    #[serde(default)]
    pub ready: Option<String>,
    /// As in its declaration there.
    pub start_timeout_ms: u64,
}

/// Answers the question of another perf binary; starts nothing.
pub(super) fn answer() -> ExitCode {
    let mut servers: Vec<OfferedServer> = inventory::iter::<ServerDecl>.into_iter().map(OfferedServer::of).collect();
    servers.sort_by(|one, other| one.path.cmp(&other.path));
    let opt_level = crate::built::OPT_LEVEL.to_owned();
    let offered = OfferedServers { protocol: SERVER_PROTOCOL, opt_level, servers };
    let text = serde_json::to_string(&offered).unwrap_or_default();
    match writeln!(io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

impl OfferedServer {
    fn of(decl: &ServerDecl) -> OfferedServer {
        OfferedServer {
            path: decl.path(),
            ready: decl.ready.map(str::to_owned),
            start_timeout_ms: u64::try_from(decl.start_timeout.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
