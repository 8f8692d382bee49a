//! What happened, counted and timed: samples in, summaries out.
//!
//! Knows histograms; knows neither HTTP nor a clock: every time is handed in as seconds since the run began.

mod log;
mod measured;
mod sample;
mod times;

pub use log::{Live, UserLog};
pub use measured::{Counts, Ended, GeneratorHealth, Measured, Precision, Slice, Slow, Summary};
pub use sample::{Fate, IterationEnd, Phase, Sample};
pub use times::Times;
