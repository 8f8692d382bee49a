//! Several processes offer one load together: one coordinator, and workers on this machine or on others.
//!
//! A worker is this same binary, started again. The coordinator sets fixtures up, says what is offered and when it begins,
//! collects what each worker has measured, and judges it all at once. They talk through a NATS server.

mod broker;
mod broker_address;
mod encoding;
mod launch;
mod launch_template;
mod worker_start;

pub(crate) use broker::LARGEST_MESSAGE;
pub use broker::{Broker, BrokerError};
pub use broker_address::{BrokerAddress, BrokerAddressError, BrokerLogin};
pub use launch::{EndedLaunch, LaunchError, WorkerProcesses};
pub use launch_template::{Launch, LaunchMistake};
pub use worker_start::{WorkerStart, WorkerStartError};
