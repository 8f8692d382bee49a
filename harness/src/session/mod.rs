//! What a person meets on the command line: select, set up, offer load, judge, report. The main function is [`main`].

// They panic where the output is closed, as by `| head`, and lose the results: `output` has what to use instead.
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod against;
mod cargo;
mod closing;
mod comparing;
mod crates;
mod descriptors;
mod environment;
mod exit;
mod exploration;
mod folder;
mod given;
mod guarded;
mod guardian;
mod heartbeat;
mod history;
mod input;
mod interim;
mod interrupt;
mod last_failed;
mod live_session;
mod lock;
#[cfg(feature = "cluster")]
mod manifest;
mod perf_main;
mod measure;
mod needed_tests;
mod observers;
mod output;
mod panics;
mod plan;
mod progress;
mod pulse;
mod recorded;
mod report_files;
mod requests_csv;
mod results;
mod show;
mod stored;
mod suite;
mod text_file;
mod thread;
mod trends;
mod trials;
mod typed_in;
mod waiting;
mod watched_run;
#[cfg(feature = "cluster")]
mod workers;

pub use given::{GivenTests, Printed};
pub use perf_main::{main, run_given};
pub use recorded::{ReportForm, compare_recorded, merge_recorded, report_recorded};
