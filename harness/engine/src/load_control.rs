//! Changes a load while it runs: [`LoadControl`].
//!
//! For who drives a run, such as a page: start the tests with `RunnerOptions { explore: true, .. }`. `RunObserver::run_started` is
//! called with `live`, and `live.control` is `Some` for a run that can be driven (`None` for the probes of a search for capacity).
//! Clone it, and keep it until `run_ended`; it can be used from any thread:
//!
//! ```ignore
//! let Some(control) = live.control.clone() else { return };
//! control.level();                            // DrivenLevel::Users(5) or DrivenLevel::PerSecond(100.0)
//! control.set_users(20)?;                     // closed model: at the spawn rate of the test, or at once if it has none
//! control.set_users_at_rate(20, Some(5.0))?;  // closed model: 5 more users each second; `None`: at once
//! control.set_rate(300.0)?;                   // open model
//! control.stop();                             // no new iterations; open requests have until their timeout, then all figures are there
//! ```
//!
//! The text of an error is for the person: the wrong model, or a level that is not possible. A change takes effect within some
//! 10 ms. `live.users` is the number of users that are set up at the moment. Without a call the run lasts for the length of its
//! workload: that of the test if it is a time, otherwise an hour. What to fill a form with is
//! `runner::explored_workload(&test.workload)`. The outcome is `explored`, or `errored` if a fixture, the test or its server broke,
//! and `TestReport::events` lists the changes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::workload::{LoadModel, Workload};

/// More users than one machine has ports for.
const MOST_USERS: usize = 65_536;
/// More arrivals each second than one machine can send.
const MOST_PER_S: f64 = 1_000_000.0;

/// Changes the number of users or the arrival rate of a run, and ends it in an orderly way. Clones share it.
///
/// The engine's workers wait for changes beside everything else that seldom happens; a request never looks here.
#[derive(Debug, Clone)]
pub struct LoadControl {
    shared: Arc<SharedControl>,
}

#[derive(Debug)]
struct SharedControl {
    most_users: usize,
    state: Mutex<ControlState>,
    changed: Notify,
}

#[derive(Debug)]
struct ControlState {
    level: DrivenLevel,
    changes: Vec<LoadChange>,
    phases: PhaseStarts,
    is_stopped: bool,
}

/// What can be changed of a load, and where it is now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DrivenLevel {
    /// A closed load: virtual users.
    Users(usize),
    /// An open load: arrivals each second.
    PerSecond(f64),
}

/// A change that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadChange {
    /// When it was asked for.
    pub at: Instant,
    /// What was asked for.
    pub order: LoadOrder,
    /// For the report: `users 5 -> 20`.
    text: String,
}

/// What the load is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LoadOrder {
    /// A closed load of `count` virtual users.
    Users {
        /// How many.
        count: usize,
        /// How fast those who are missing are added.
        pace: SpawnPace,
    },
    /// An open load of so many arrivals each second.
    PerSecond(f64),
    /// Nothing more.
    Stop,
}

/// How fast users are added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SpawnPace {
    /// As in the ramp-up of the test.
    OfTest,
    /// So many each second.
    PerSecond(f64),
    /// All in the same moment.
    AtOnce,
}

/// When the phases of a run began; `None` for a phase that it did not have.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhaseStarts {
    /// Users are added.
    pub ramp_up: Option<Instant>,
    /// All users are there; nothing is measured yet.
    pub warm_up: Option<Instant>,
    /// What ends from now on is measured.
    pub measurement: Option<Instant>,
}

/// Something that happened to the load of a driven run.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadEvent {
    /// Seconds since the measurement began, less than 0 before it; `None` if there was no measurement.
    pub at_s: Option<f64>,
    /// `users 5 -> 20`
    pub text: String,
}

/// Why a change is not possible.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChangeRefused {
    /// An open load has no number of users.
    #[error("this test has an arrival rate and no number of users: change its rate")]
    HasRate,
    /// A closed load has no rate.
    #[error("this test has a number of users and no arrival rate: change its users")]
    HasUsers,
    /// Not a possible number of users.
    #[error("a run has 1 to {most} users, not {users}")]
    Users {
        /// What was asked for.
        users: usize,
        /// What this run can have.
        most: usize,
    },
    /// Not a possible rate.
    #[error("a rate is from 0 to {MOST_PER_S} each second, not {0}")]
    Rate(f64),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
}

impl LoadControl {
    /// The control of a run of `workload`.
    pub fn of(workload: &Workload) -> LoadControl {
        let level = match &workload.model {
            LoadModel::Closed(users) => DrivenLevel::Users(users.count),
            LoadModel::Open(arrivals) => {
                DrivenLevel::PerSecond(arrivals.stages.first().map_or(0.0, |stage| stage.from))
            }
        };
        let state = ControlState { level, changes: Vec::new(), phases: PhaseStarts::default(), is_stopped: false };
        let most_users = MOST_USERS.max(workload.users());
        LoadControl { shared: Arc::new(SharedControl { most_users, state: Mutex::new(state), changed: Notify::new() }) }
    }

    /// A control that allows no more than `most` users; call it before the run.
    #[must_use]
    pub fn allowing(self, most: usize) -> LoadControl {
        let state = ControlState { changes: Vec::new(), ..*self.state() };
        let most_users = self.shared.most_users.min(most).max(1);
        LoadControl { shared: Arc::new(SharedControl { most_users, state: Mutex::new(state), changed: Notify::new() }) }
    }

    /// Changes the number of users of a closed load. More are added at the spawn rate of the test; those that are too many leave
    /// after the iteration that they are in.
    ///
    /// # Errors
    /// It is not possible; the text says why.
    pub fn set_users(&self, users: usize) -> Result<(), ChangeRefused> {
        self.change_users(users, SpawnPace::OfTest)
    }

    /// The same, with `per_s` more users each second, or all at once.
    ///
    /// # Errors
    /// It is not possible; the text says why.
    pub fn set_users_at_rate(&self, users: usize, per_s: Option<f64>) -> Result<(), ChangeRefused> {
        let pace = match per_s {
            None => SpawnPace::AtOnce,
            Some(per_s) if per_s.is_finite() && per_s > 0.0 => SpawnPace::PerSecond(per_s),
            Some(per_s) => return Err(ChangeRefused::Rate(per_s)),
        };
        self.change_users(users, pace)
    }

    fn change_users(&self, users: usize, pace: SpawnPace) -> Result<(), ChangeRefused> {
        let mut state = self.running()?;
        let DrivenLevel::Users(before) = state.level else { return Err(ChangeRefused::HasRate) };
        let most = self.shared.most_users;
        if !(1..=most).contains(&users) {
            return Err(ChangeRefused::Users { users, most });
        }
        state.level = DrivenLevel::Users(users);
        self.add(state, LoadOrder::Users { count: users, pace }, format!("users {before} -> {users}"));
        Ok(())
    }

    /// Changes the arrival rate of an open load. What has arrived before and waits is sent all the same.
    ///
    /// # Errors
    /// It is not possible; the text says why.
    pub fn set_rate(&self, per_s: f64) -> Result<(), ChangeRefused> {
        let mut state = self.running()?;
        let DrivenLevel::PerSecond(before) = state.level else { return Err(ChangeRefused::HasUsers) };
        if !(0.0..=MOST_PER_S).contains(&per_s) {
            return Err(ChangeRefused::Rate(per_s));
        }
        state.level = DrivenLevel::PerSecond(per_s);
        self.add(state, LoadOrder::PerSecond(per_s), format!("rate {before}/s -> {per_s}/s"));
        Ok(())
    }

    /// Ends the run as at the end of its length: no iteration starts any more, and open requests have until their timeout.
    pub fn stop(&self) {
        if let Ok(mut state) = self.running() {
            state.is_stopped = true;
            self.add(state, LoadOrder::Stop, "stopped".to_owned());
        }
    }

    /// The users or the rate that was asked for last.
    pub fn level(&self) -> DrivenLevel {
        self.state().level
    }

    /// The most users that the run can have.
    pub fn most_users(&self) -> usize {
        self.shared.most_users
    }

    /// True once the run was stopped from here.
    pub fn is_stopped(&self) -> bool {
        self.state().is_stopped
    }

    /// What happened to the load, in order of time; complete when the run has ended.
    pub fn events(&self) -> Vec<LoadEvent> {
        let state = self.state();
        let PhaseStarts { ramp_up, warm_up, measurement } = state.phases;
        // Without anything before it, a measurement that begins is no event.
        let begins = measurement.filter(|_| ramp_up.or(warm_up).is_some());
        let phases = [(ramp_up, "ramp-up"), (warm_up, "warm-up"), (begins, "measurement")];
        let phases = phases.into_iter().filter_map(|(at, text)| Some((at?, text.to_owned())));
        let mut events: Vec<(Instant, String)> = phases.collect();
        events.extend(state.changes.iter().map(|change| (change.at, change.text.clone())));
        events.sort_by_key(|(at, _)| *at);
        let at_s = |at| measurement.map(|origin| seconds_since(origin, at));
        events.into_iter().map(|(at, text)| LoadEvent { at_s: at_s(at), text }).collect()
    }

    /// The state, unless the run was stopped.
    fn running(&self) -> Result<MutexGuard<'_, ControlState>, ChangeRefused> {
        let state = self.state();
        if state.is_stopped { Err(ChangeRefused::Stopped) } else { Ok(state) }
    }

    fn add(&self, mut state: MutexGuard<'_, ControlState>, order: LoadOrder, text: String) {
        // Under the lock, so that changes are in order of time.
        state.changes.push(LoadChange { at: Instant::now(), order, text });
        drop(state);
        self.shared.changed.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, ControlState> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The engine's side.
impl LoadControl {
    /// Waits until there are more than `seen` changes.
    pub async fn changed(&self, seen: usize) {
        loop {
            // Created before the changes are counted, so that none is missed in between.
            let changed = self.shared.changed.notified();
            if self.state().changes.len() > seen {
                return;
            }
            changed.await;
        }
    }

    /// The changes after the first `seen`.
    pub fn changes_after(&self, seen: usize) -> Vec<LoadChange> {
        self.state().changes.get(seen..).unwrap_or_default().to_vec()
    }

    /// The run has ended, and its phases began then.
    pub fn note_phases(&self, phases: PhaseStarts) {
        self.state().phases = phases;
    }
}

impl fmt::Display for DrivenLevel {
    /// `20 users`, `300/s`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DrivenLevel::Users(users) => write!(f, "{users} users"),
            DrivenLevel::PerSecond(per_s) => write!(f, "{per_s}/s"),
        }
    }
}

fn seconds_since(origin: Instant, at: Instant) -> f64 {
    at.saturating_duration_since(origin).as_secs_f64() - origin.saturating_duration_since(at).as_secs_f64()
}
