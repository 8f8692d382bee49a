//! Counts and times what happens in a run: samples in, summaries out. The result of a run is [`Measured`].
//!
//! Knows histograms, but neither HTTP nor a clock: times are passed in, as time since the run began.

mod arrival_counts;
mod arrival_notes;
mod boundaries;
mod buckets;
mod carry;
mod counts;
mod crossing;
mod distribution;
mod encoded;
mod endpoint;
mod health;
mod histogram;
pub(crate) mod json;
mod limits;
mod live;
mod measured;
mod recorder;
mod sample;
mod seconds;
mod series;
mod server;
mod slices;
mod slowest;
mod span;
mod spike;
mod stage;
mod stages;
mod summary;
mod time_summary;
mod user_log;
mod worker_log;

pub use counts::Counts;
pub use crossing::CarriedOver;
pub use endpoint::Endpoint;
pub use health::GeneratorHealth;
pub(crate) use limits::TimeDrift;
pub use limits::{Exceedances, TimeLimit, TimeScope};
pub use live::Live;
pub use measured::{Ended, Measured, Precision};
pub(crate) use recorder::Recorder;
pub use sample::{Fate, IterationEnd, Phase, Phases, Sample};
pub(crate) use sample::{LogEntry, Moments};
pub use server::{ServerFigures, ServerSample};
pub use slices::TimeSlice;
pub use slowest::SlowRequest;
pub use spike::SpikeFigures;
pub(crate) use stage::StageBounds;
pub use stage::StageSummary;
pub use summary::Summary;
pub use time_summary::TimeSummary;
pub use user_log::{Thinking, UserLog};
pub(crate) use worker_log::WorkerLog;
