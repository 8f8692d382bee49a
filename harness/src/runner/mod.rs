//! Runs one test from set-up to verdict. The main type is [`TestRunner`].
//!
//! A library: it knows no terminal, no command line and no attribute. A [`Test`] is a value, and what offers its load is a
//! trait object ([`OfferLoad`]), so a test can come from `#[perf]`, from a command or from a unit test.
//!
//! The path of a test, in [`TestRunner::run`]: set up its fixtures → find the capacity if its rate is a share of one → offer
//! the load of each run and judge it → tear down → report; and once more if the measurement was invalid.
//!
//! A test consists of one run or of several: repetitions, the levels of a sweep, the probes of a search. Each such series is
//! a pure state machine ([`RunSeries`]) that says which load to offer next and is given the result, and [`run_series`] is
//! the loop that drives it through [`RunLoad`].

mod arms;
mod attempts;
mod calibration;
mod descriptors;
mod explore;
mod fixtures;
mod http_options;
mod interruption;
#[cfg(feature = "cluster")]
mod loopback;
mod observer;
mod offered_run;
mod report;
mod run;
mod series;
mod server_fixtures;
mod server_load;
mod test;
mod test_arms;
mod test_runner;
#[cfg(test)]
mod tests;
mod user_code;
mod versions;

pub use explore::explored_workload;
pub use http_options::{http_resources, transport_options};
pub use interruption::Interruption;
#[cfg(feature = "cluster")]
pub use loopback::{LoopbackServer, loopback_servers, loopback_servers_of};
pub use observer::{NoObserver, RunObserver};
pub use report::not_run;
pub use run::{Criteria, Run, RunLoad};
pub use series::{RunSeries, TestResult, TestSeries, run_series, series_of};
pub use server_fixtures::{ServerPlaces, server_fixture_names};
#[cfg(feature = "cluster")]
pub(crate) use server_load::look_up;
pub use test::{CapacityShare, OfferLoad, Test};
pub use test_runner::{RunnerOptions, TestRunner};
pub use user_code::{UserCode, iteration_end, offer};
