//! Several processes offer one load together: one coordinator, and workers on this machine or on others.
//!
//! A worker is this same binary, started again. The coordinator sets fixtures up, says what is offered and when it begins,
//! collects what each worker has measured, and judges it all at once. They talk through a NATS server.

mod broker;
mod broker_address;
mod clock_offset;
#[expect(clippy::module_inception, reason = "the cluster itself")]
mod cluster;
mod cluster_load;
mod coming;
mod coordinator;
mod encoding;
mod heartbeats;
mod identity;
mod in_parallel;
mod launch;
mod launch_template;
mod link;
mod loads;
mod loss;
mod members;
mod offering;
mod packets;
mod protocol;
mod worker;
mod worker_load;
mod manifest;
mod worker_start;

pub use broker::{Broker, BrokerError};
pub use broker_address::{BrokerAddress, BrokerAddressError, BrokerLogin};
pub(crate) use cluster::{Cluster, ClusterError, ClusterPlan};
pub(crate) use cluster_load::ClusterLoad;
pub use launch::{EndedLaunch, LaunchError, WorkerProcesses};
pub use launch_template::{LaunchMistake, WorkerLaunch};
pub(crate) use manifest::{ManifestRun, kubernetes};
pub(crate) use worker::{WorkerPlan, work};
pub(crate) use worker_load::WorkerTest;
pub use worker_start::{WorkerStart, WorkerStartError};
#[cfg(test)]
mod tests;
