//! Runs one test from set-up to verdict. The main type is [`TestRunner`].
//!
//! A library: it knows no terminal, no command line and no attribute. A [`Test`] is a value, and what it sends is a trait
//! object ([`OfferLoad`]), so a test can come from `#[perf]`, from a command or from a unit test.
//!
//! A test may take several runs: repetitions, the levels of a sweep, the probes of a search. Each such series is a pure
//! state machine ([`RunSeries`]) that says which load to offer next and is given the result.

mod attempts;
mod calibration;
mod descriptors;
mod fixtures;
mod interruption;
mod observer;
mod report;
mod run;
mod series;
mod server_fixtures;
mod server_load;
mod test;
mod test_runner;
#[cfg(test)]
mod tests;
mod user_code;

pub use interruption::Interruption;
pub use observer::{NoObserver, RunObserver};
pub use report::not_run;
pub use run::{Criteria, Run, RunLoad};
pub use series::{RunSeries, TestResult, TestSeries, run_series, series_of};
pub use server_fixtures::server_fixture_names;
pub use test::{CapacityShare, OfferLoad, Test};
pub use test_runner::{RunnerOptions, TestRunner};
pub use user_code::{UserCode, offer};
