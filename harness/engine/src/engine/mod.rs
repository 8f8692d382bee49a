//! Offers the load of any [`Scenario`] and measures it.
//!
//! Compiled once, for any scenario: knows no fixture, no registry, no HTTP. [`offer`] starts the worker threads. Each of them
//! waits for events (`drive`) and runs its users (`user_run`), which start their iterations as the workload says
//! (`pacing`). What the threads share is in `control`.

// When iterations are due. Pure, but for the pacer's timers.
mod arm_participation;
mod arrival_plan;
mod arrival_schedule;
mod cadence;
mod driven_arrivals;
mod pacer;
mod stages;
mod thinking;
#[cfg(any(not(target_os = "linux"), test))]
mod thread_timer;
mod timer;
#[cfg(target_os = "linux")]
mod timer_fd;
mod user_classes;
mod user_level;

// What the worker threads share.
mod arm_control;
mod benchmark;
mod budget;
mod common_start;
mod control;
mod control_groups;
mod health;
mod host_cpu;
mod late_start;
mod phase_lengths;
mod ready_users;
mod share;
mod stuck;
mod timeline;
mod usage;
mod used_up;
mod watchdog;

// One worker thread and its users.
mod dispatcher;
mod drive;
mod driven;
mod executor;
mod held;
mod memory_ahead;
mod pacing;
mod run_delay;
mod scenario;
mod turns;
mod user_code;
mod user_context;
mod user_life;
mod user_pool;
mod user_run;
mod user_steps;
mod when_woken;
mod woken_tasks;
mod worker;

// A whole run.
mod conclude;
mod conclude_classes;
mod conclude_generator;
#[cfg(feature = "cluster")]
mod conclude_worker;
mod no_response;
mod offer;
mod out_of_data;
mod part_figures;
#[cfg(test)]
mod tests;

#[cfg(feature = "cluster")]
#[allow(unused_imports, reason = "for the process that concludes a run of several")]
pub use conclude::conclude_parts;
#[cfg(feature = "cluster")]
#[allow(unused_imports, reason = "for the process that concludes a run of several")]
pub use conclude_worker::worker_figures;
pub use control_groups::cpu_quota_cores;
pub use offer::offer;
pub use pacer::Pacer;
pub use scenario::{AnyScenario, Scenario, WorkerScenario};
pub use share::WorkerShare;
#[cfg(feature = "cluster")]
#[allow(unused_imports, reason = "for the process that concludes a run of several")]
pub use share::offering_parts;
pub use user_life::{UserLife, live};
pub use user_steps::{UserFuture, UserSteps};
