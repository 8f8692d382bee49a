//! What the tests of this workspace share.
//!
//! * [`broker`]: is there a `nats-server` for a load of several processes?
//! * [`http_server`]: HTTP servers whose replies a test scripts, and which record what they received.
//! * [`perf_binary`]: a test binary that starts itself again as a perf binary, in a temporary workspace.
//! * [`process`]: signals, and waiting for what another process does.
//! * [`mod@specification`]: test functions in a target that has its own `main`.

pub mod broker;
pub mod http_server;
pub mod perf_binary;
pub mod process;
pub mod specification;
