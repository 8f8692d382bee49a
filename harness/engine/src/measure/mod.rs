//! Counts and times what happens in a run: samples in, summaries out. The result of a run is [`Measured`].
//!
//! Knows histograms, but neither HTTP nor a clock: times are passed in, as time since the run began.

mod agreed_names;
mod arrival_counts;
mod arrival_notes;
mod boundaries;
mod buckets;
mod carry;
mod class_number;
mod class_recorder;
mod counts;
mod crossing;
mod current_slice;
mod distribution;
mod encoded;
mod ended;
mod endpoint;
mod event;
mod finish;
mod health;
mod finished_slices;
mod handover;
mod histogram;
mod in_vain;
pub mod json;
mod limits;
mod listing;
mod live;
mod live_slices;
mod lost_requests;
mod measured;
#[cfg(feature = "cluster")]
mod measured_slices;
mod moment;
mod own_time;
mod part_figures;
#[cfg(feature = "cluster")]
mod part_seconds;
#[cfg(feature = "cluster")]
mod parts_live;
mod pending_slices;
mod postponed;
mod recorder;
mod request_log;
mod request_quota;
mod request_rows;
mod run_names;
mod sample;
mod scope_times;
mod seconds;
mod series;
mod server;
mod slice_tally;
mod slice_times;
mod slices;
mod slowest;
mod span;
mod spike;
mod stage;
mod stage_parts;
mod stage_times;
mod stages;
mod statuses;
mod summary;
mod time_limit;
mod time_slice;
mod time_summary;
#[cfg(feature = "cluster")]
mod travel;
mod user_log;
mod user_state;
mod value_log;
mod values;
mod watched;
mod whole_run;
mod worker_figures;
mod worker_log;

pub use agreed_names::agree_on_names;
pub use class_number::ClassNumber;
pub use counts::Counts;
pub use crossing::CarriedOver;
pub use ended::Unfinished;
pub use ended::{Ended, Precision};
pub use endpoint::Endpoint;
pub use event::TestEvent;
pub use health::{GeneratorHealth, GeneratorSample, HostLookup};
pub use limits::Exceedances;
pub use limits::TimeDrift;
pub use live::Live;
pub use live_slices::{LiveSlices, NewSlices};
pub use measured::{ClassFigures, Measured};
#[cfg(feature = "cluster")]
pub use measured_slices::MeasuredSlices;
pub use moment::Moment;
pub use part_figures::{PartFigures, PartUsage};
#[cfg(feature = "cluster")]
pub use part_seconds::PartSeconds;
pub use recorder::Recorder;
pub use request_quota::RequestQuota;
pub use request_rows::{RequestRow, RequestRows, RequestSink, RowEndpoint, RowFate};
pub use sample::{Fate, IterationEnd, Phase, Phases, Sample};
pub use sample::{LogEntry, Moments};
pub use server::{ServerFigures, ServerSample};
pub use slowest::SlowRequest;
pub use spike::SpikeFigures;
pub use stage::StageBounds;
pub use stage::StageSummary;
pub use stage_times::StageTimes;
pub use statuses::Answer;
pub use statuses::StatusCount;
pub use summary::Summary;
pub use time_limit::{KnownLimits, TimeLimit, TimeScope};
pub use time_slice::{ChartSlice, ChartSlices, SliceTimes, TimeSlice};
pub use time_summary::TimeSummary;
#[cfg(all(any(test, feature = "trial"), feature = "cluster"))]
pub use travel::trial;
pub use user_log::{Thinking, UserLog};
pub use user_state::IterationNote;
pub use values::{ValueFigures, ValueKind, ValueLimit, ValueStep};
pub use whole_run::WholeRun;
pub use worker_figures::{WorkerFacts, WorkerFigures};
pub use worker_log::WorkerLog;
