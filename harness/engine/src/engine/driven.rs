//! What one worker thread knows of a load that is driven while it runs: [`DrivenLoad`].
//!
//! Each worker reads the same changes in the same order, and comes to the same level. None of this is on the path of a request: a
//! user asks between two iterations, where it asks for the stages of a planned load.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::control::Control;
use super::driven_arrivals::{DrivenRates, SegmentArrivals};
use super::share::WorkerShare;
use super::user_level::UserLevel;
use crate::load_control::{LoadControl, LoadOrder, PhaseStarts, SpawnPace};
use crate::workload::{LoadModel, Spacing, Workload};

/// A rate and a stop apply so long after they were asked for: by then each worker knows of them, so that all change at once.
const LEAD: Duration = Duration::from_millis(10);

/// The load of one worker thread, as it was asked for so far.
#[derive(Debug)]
pub(super) struct DrivenLoad {
    /// How many changes are in here.
    seen: Cell<usize>,
    users: Cell<UserLevel>,
    /// Users are added so many each second; `None`: at once.
    spawn_per_s: Option<f64>,
    rates: RefCell<DrivenRates>,
    /// The dispatcher has not looked at the last change.
    is_new: Cell<bool>,
    /// How many users of this worker have been started at some time.
    started: Cell<usize>,
    /// Those that left because there were too many, by their index on the worker: they may come back as new users.
    retired: RefCell<BTreeSet<usize>>,
}

impl DrivenLoad {
    /// The load with which the run begins.
    pub(super) fn starting(workload: &Workload) -> DrivenLoad {
        let (users, ramp_up) = (workload.users(), workload.ramp_up());
        let per_s = match &workload.model {
            LoadModel::Closed(_) => 0.0,
            LoadModel::Open(arrivals) => arrivals.stages.first().map_or(0.0, |stage| stage.from),
        };
        DrivenLoad {
            seen: Cell::default(),
            users: Cell::new(UserLevel::starting(users, ramp_up)),
            spawn_per_s: (!ramp_up.is_zero()).then(|| users as f64 / ramp_up.as_secs_f64()),
            rates: RefCell::new(DrivenRates::starting(per_s)),
            is_new: Cell::default(),
            started: Cell::default(),
            retired: RefCell::default(),
        }
    }

    /// How many changes are known.
    pub(super) fn seen(&self) -> usize {
        self.seen.get()
    }

    /// Takes over the changes that are new.
    pub(super) fn follow(&self, control: &Control<'_>) {
        let Some(changes) = control.driving().map(|driving| driving.changes_after(self.seen.get())) else { return };
        self.seen.set(self.seen.get() + changes.len());
        for change in changes {
            let at = control.clock.since_start(change.at);
            match change.order {
                LoadOrder::Users { count, pace } => {
                    let per_s = match pace {
                        SpawnPace::OfTest => self.spawn_per_s,
                        SpawnPace::PerSecond(per_s) => Some(per_s),
                        SpawnPace::AtOnce => None,
                    };
                    self.users.set(self.users.get().changed(at, count, per_s));
                    if control.ready_users.want_at_most(count) {
                        control.all_users_ready();
                    }
                }
                LoadOrder::PerSecond(per_s) => self.rates.borrow_mut().change(at + LEAD, per_s),
                LoadOrder::Stop => control.timeline.stop(at + LEAD),
            }
            self.is_new.set(true);
        }
    }

    /// True once after each change.
    pub(super) fn take_news(&self) -> bool {
        self.is_new.replace(false)
    }

    /// True if there is to be a user with this number.
    pub(super) fn wants(&self, number: usize) -> bool {
        self.users.get().wants(number)
    }

    /// Since when the user with this number takes part; `None` if it does not.
    pub(super) fn due(&self, number: usize) -> Option<Duration> {
        self.users.get().due(number)
    }

    /// The user with this index has left, or was not set up, because there were too many.
    pub(super) fn retire(&self, index: usize) {
        self.retired.borrow_mut().insert(index);
    }

    /// The index of a user that is to be started; `is_running` says which of those that retire have not left yet.
    pub(super) fn user_to_start(&self, share: WorkerShare, is_running: impl Fn(usize) -> bool) -> Option<usize> {
        let wanted = share.users(self.users.get().users());
        let mut retired = self.retired.borrow_mut();
        let back = retired.iter().copied().find(|index| *index < wanted && !is_running(*index));
        if let Some(index) = back {
            retired.remove(&index);
            return back;
        }
        let new = self.started.get();
        (new < wanted).then(|| self.started.replace(new + 1))
    }

    /// The arrivals from `from` on, and when their rate changes, as far as is known.
    pub(super) fn arrivals(&self, from: Duration, workload: &Workload, share: WorkerShare) -> SegmentArrivals {
        let spacing = match &workload.model {
            LoadModel::Closed(_) => Spacing::Even,
            LoadModel::Open(arrivals) => arrivals.spacing,
        };
        SegmentArrivals::new(from, self.rates.borrow().at(from), spacing, workload.seed, share)
    }

    /// When the rate changes next after `at`, as far as is known.
    pub(super) fn next_rate(&self, at: Duration) -> Option<Duration> {
        self.rates.borrow().next_change(at)
    }
}

impl Control<'_> {
    /// What changes the load while it runs; `None` if it keeps to its plan.
    pub(super) fn driving(&self) -> Option<&LoadControl> {
        self.live.control.as_ref()
    }

    /// Waits until there are more than `seen` changes; for ever if the load keeps to its plan.
    pub(super) async fn load_changed(&self, seen: Option<usize>) {
        match self.driving().zip(seen) {
            Some((driving, seen)) => driving.changed(seen).await,
            None => std::future::pending().await,
        }
    }

    /// A user has left. Of interest only while the number of users changes.
    pub(super) fn user_left(&self) {
        if self.driving().is_some() {
            self.live.users.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Reports when the phases of a driven run began.
    pub(super) fn note_phases(&self) {
        let Some(driving) = self.driving() else { return };
        let beginnings = self.timeline.beginnings();
        let at = |since_start: Option<Duration>| since_start.map(|since_start| self.clock.at(since_start));
        let (ramp_up, warm_up) = (at(beginnings.ramp_up), at(beginnings.warm_up));
        driving.note_phases(PhaseStarts { ramp_up, warm_up, measurement: at(beginnings.measurement) });
    }
}
