//! What one process has measured of a load that it offered alone or with others: [`PartFigures`].

use std::time::Duration;

use super::ended::{Ended, Precision, Unfinished};
use super::health::HostLookup;
use super::recorder::Recorder;
use crate::load_part::PartShare;
use crate::text::GroupedTexts;

/// All that the figures of a run need of one process. Times are since the run began, for all processes at the same moment.
#[derive(Debug, Clone)]
#[allow(dead_code, reason = "a run of one process has neither a share nor a common start")]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct PartFigures {
    /// Which part of the load it was.
    pub share: PartShare,
    /// Its users; 0 if the load is too small for so many processes, or is a benchmark, which one process offers.
    pub users: u64,
    /// How many of them are of each class, if users have classes.
    pub class_users: Option<Vec<u64>>,
    /// Its arrivals of the measurement, if a plan holds them, by the number of their recorder; without those that found no data.
    pub planned: Option<Vec<u64>>,
    /// Of no class of users, and of each class.
    pub recorders: Vec<Recorder>,
    /// When its measurement began; `None` if it did not.
    pub measured_from: Option<Duration>,
    /// When it ended, if time decides that or it was stopped.
    pub measured_until: Option<Duration>,
    /// When it was stopped in an orderly way.
    pub stopped_at: Option<Duration>,
    /// Time of its users inside iterations, within a measurement of planned length.
    pub occupied: Duration,
    /// When its last answer came, since the start.
    pub last_answer: Duration,
    /// Measured requests that ended without an answer after `last_answer`.
    pub unanswered: u64,
    /// Why it ended.
    pub ended: Ended,
    /// How precise its figures are, if that was asked for.
    pub precision: Option<Precision>,
    /// What is left of its number of requests.
    pub never_sent: u64,
    /// Requests that were sent beyond that number.
    pub beyond_count: u64,
    /// Which data of its users was used up.
    pub used_up: Option<String>,
    /// What was under way at its end.
    pub unfinished: Unfinished,
    /// Failed tear-downs of its users.
    pub leave_errors: GroupedTexts,
    /// What it used of its machine.
    pub usage: PartUsage,
    /// How much later than at the common time its first user began; `None` if none did, or no time was given.
    pub begun_late: Option<Duration>,
}

/// How the process fared that offered a part of a load. What the system does not report is absent.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct PartUsage {
    /// Its worker threads.
    pub threads: usize,
    /// The transports that its requests went over.
    pub transports: Vec<String>,
    /// The host names that it looked up.
    pub lookups: Vec<HostLookup>,
    /// The longest time for which the test's own code held one of its threads while others waited.
    pub longest_held: Duration,
    /// For how long that was so for over 10 ms at a time; of the thread where it was most.
    pub held: Duration,
    /// The longest time from one look of a thread for answers to the next.
    pub longest_turn: Duration,
    /// CPU of the process over the measurement, and the time over which it was used.
    pub cpu_s: Option<f64>,
    /// The time that the processor times are of.
    pub cpu_window_s: Option<f64>,
    /// How busy its machine was, as a share of all cores.
    pub host_cpu_share: Option<f64>,
    /// Processors of its machine.
    pub host_cores: Option<usize>,
    /// Those of the machine that it may use.
    pub allowed_cores: Option<usize>,
    /// Processors that its control group may use.
    pub cpu_quota_cores: Option<f64>,
    /// Periods of that quota.
    pub quota_periods: Option<u64>,
    /// Periods in which the quota was used up.
    pub throttled_periods: Option<u64>,
    /// How long it stood still for that reason.
    pub throttled_s: Option<f64>,
    /// The longest oversleep of a sleeper, and the share of the measurement inside long ones.
    pub longest_hiccup_s: Option<f64>,
    /// The share of the time in which the machine stood still.
    pub hiccup_share: Option<f64>,
}

impl PartFigures {
    /// Those of a process that has nothing to offer; `recorders` are empty.
    pub fn idle(share: PartShare, recorders: Vec<Recorder>) -> PartFigures {
        PartFigures {
            share,
            users: 0,
            class_users: None,
            planned: None,
            recorders,
            measured_from: None,
            measured_until: None,
            stopped_at: None,
            occupied: Duration::ZERO,
            last_answer: Duration::ZERO,
            unanswered: 0,
            ended: Ended::AsPlanned,
            precision: None,
            never_sent: 0,
            beyond_count: 0,
            used_up: None,
            unfinished: Unfinished::default(),
            leave_errors: GroupedTexts::default(),
            usage: PartUsage::default(),
            begun_late: None,
        }
    }

    /// Its measurement began so much later: at the same time as that of all other processes.
    pub fn postpone(&mut self, by: Duration) {
        self.recorders.iter_mut().for_each(|recorder| recorder.postpone(by));
        self.last_answer += by;
        let moments = [&mut self.measured_from, &mut self.measured_until, &mut self.stopped_at];
        moments.into_iter().flatten().for_each(|moment| *moment += by);
    }

    /// How many requests ended in the slices of its measurement, whatever became of them.
    #[cfg(feature = "cluster")]
    pub fn measured_in_slices(&self) -> u64 {
        self.recorders.iter().map(|recorder| recorder.slices.ended()).sum()
    }

    /// When the last of its measured requests ended.
    pub fn last_end(&self) -> Option<Duration> {
        self.recorders.iter().filter_map(Recorder::last_end).max()
    }
}
