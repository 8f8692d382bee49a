//! What happened, counted and timed: samples in, summaries out.
//!
//! Knows histograms; knows neither HTTP nor a clock: every time is handed in as seconds since the run began.

mod buckets;
mod endpoint;
mod histogram;
mod limits;
mod live;
mod log;
mod measured;
mod recorder;
mod sample;
mod series;
mod server;
mod slices;
mod slowest;
mod spike;
mod stages;
mod times;

pub use endpoint::Endpoint;
pub use limits::{Exceedances, TimeLimit, TimesOf};
pub use live::Live;
pub(crate) use log::WorkerLog;
pub use log::{Thinking, UserLog};
pub use measured::{Counts, Ended, GeneratorHealth, Measured, Phases, Precision, Slice, Slow, StageSummary, Summary};
pub(crate) use recorder::Recorder;
pub(crate) use sample::{Entry, Moments};
pub use sample::{Fate, IterationEnd, Phase, Sample};
pub use server::{ServerFigures, ServerSample};
pub use spike::SpikeFigures;
pub(crate) use stages::StageBounds;
pub use times::Times;
