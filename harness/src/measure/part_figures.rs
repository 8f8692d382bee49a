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
pub(crate) struct PartFigures {
    pub(crate) share: PartShare,
    /// Its users; 0 if the load is too small for so many processes, or is a benchmark, which one process offers.
    pub(crate) users: u64,
    /// How many of them are of each class, if users have classes.
    pub(crate) class_users: Option<Vec<u64>>,
    /// Its arrivals of the measurement, if a plan holds them, by the number of their recorder; without those that found no data.
    pub(crate) planned: Option<Vec<u64>>,
    /// Of no class of users, and of each class.
    pub(crate) recorders: Vec<Recorder>,
    /// When its measurement began; `None` if it did not.
    pub(crate) measured_from: Option<Duration>,
    /// When it ended, if time decides that or it was stopped.
    pub(crate) measured_until: Option<Duration>,
    /// When it was stopped in an orderly way.
    pub(crate) stopped_at: Option<Duration>,
    /// Time of its users inside iterations, within a measurement of planned length.
    pub(crate) occupied: Duration,
    pub(crate) last_answer: Duration,
    /// Measured requests that ended without an answer after `last_answer`.
    pub(crate) unanswered: u64,
    pub(crate) ended: Ended,
    pub(crate) precision: Option<Precision>,
    /// What is left of its number of requests.
    pub(crate) never_sent: u64,
    /// Requests that were sent beyond that number.
    pub(crate) beyond_count: u64,
    /// Which data of its users was used up.
    pub(crate) used_up: Option<String>,
    pub(crate) unfinished: Unfinished,
    /// Failed tear-downs of its users.
    pub(crate) leave_errors: GroupedTexts,
    pub(crate) usage: PartUsage,
    /// How much later than at the common time its first user began; `None` if none did, or no time was given.
    pub(crate) begun_late: Option<Duration>,
}

/// How the process fared that offered a part of a load. What the system does not report is absent.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct PartUsage {
    /// Its worker threads.
    pub(crate) threads: usize,
    /// The transports that its requests went over.
    pub(crate) transports: Vec<String>,
    /// The host names that it looked up.
    pub(crate) lookups: Vec<HostLookup>,
    /// The longest time for which the test's own code held one of its threads while others waited.
    pub(crate) longest_held: Duration,
    /// For how long that was so for over 10 ms at a time; of the thread where it was most.
    pub(crate) held: Duration,
    /// The longest time from one look of a thread for answers to the next.
    pub(crate) longest_turn: Duration,
    /// CPU of the process over the measurement, and the time over which it was used.
    pub(crate) cpu_s: Option<f64>,
    pub(crate) cpu_window_s: Option<f64>,
    /// How busy its machine was, as a share of all cores.
    pub(crate) host_cpu_share: Option<f64>,
    pub(crate) host_cores: Option<usize>,
    /// Those of the machine that it may use.
    pub(crate) allowed_cores: Option<usize>,
    pub(crate) cpu_quota_cores: Option<f64>,
    pub(crate) quota_periods: Option<u64>,
    pub(crate) throttled_periods: Option<u64>,
    pub(crate) throttled_s: Option<f64>,
    /// The longest oversleep of a sleeper, and the share of the measurement inside long ones.
    pub(crate) longest_hiccup_s: Option<f64>,
    pub(crate) hiccup_share: Option<f64>,
}

impl PartFigures {
    /// Those of a process that has nothing to offer; `recorders` are empty.
    pub(crate) fn idle(share: PartShare, recorders: Vec<Recorder>) -> PartFigures {
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
    pub(crate) fn postpone(&mut self, by: Duration) {
        self.recorders.iter_mut().for_each(|recorder| recorder.postpone(by));
        self.last_answer += by;
        let moments = [&mut self.measured_from, &mut self.measured_until, &mut self.stopped_at];
        moments.into_iter().flatten().for_each(|moment| *moment += by);
    }

    /// How many requests ended in the slices of its measurement, whatever became of them.
    #[cfg(feature = "cluster")]
    pub(crate) fn measured_in_slices(&self) -> u64 {
        self.recorders.iter().map(|recorder| recorder.slices.ended()).sum()
    }

    /// When the last of its measured requests ended.
    pub(crate) fn last_end(&self) -> Option<Duration> {
        self.recorders.iter().filter_map(Recorder::last_end).max()
    }
}
