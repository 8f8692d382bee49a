//! A scenario that sends nothing: its users take the steps of a list, and wait on tokio's clock.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::engine::{Scenario, WorkerShare};
use crate::measure::{Fate, IterationEnd, Moment, Phase, Phases, Sample};
use crate::user::UserSlot;

const MS: fn(u64) -> Duration = Duration::from_millis;

/// One step of an iteration.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A request that is answered after this many milliseconds.
    Request(u64),
    /// A request whose connection is refused after this many milliseconds, from the second time on.
    RefusedFrom(u64, u64),
    /// A request that is never answered, and times out.
    Hang,
    /// No answers any more from this time on: the request times out.
    HangAfter(u64),
    /// The next request is never answered if it is sent at this time or later.
    FrozenFrom(u64),
    /// The next request, if it is sent in between, is not worked on before the second time.
    StalledFromTo(u64, u64),
    Think(u64),
    /// Holds its thread for this many milliseconds without awaiting.
    Block(u64),
    /// As `Block`, in a task of its own on the same thread.
    BlockInTask(u64),
    /// Never comes back, and waits for no request.
    Forever,
    /// Begins work that blocks a thread of its own for this many milliseconds.
    SpawnBlocking(u64),
    FailCheck,
    Fail,
    /// A request that the author built wrongly.
    Mistake,
    Panic,
    /// Stops the run at this time or later, and goes on.
    StopAt(u64),
    /// A row of data; `None` after so many were given out, to any user.
    Row(u64),
    /// The steps after this are only for the user with this number.
    OnlyUser(usize),
}

pub(super) type EnterFn = fn(&UserSlot<()>) -> Result<(), String>;

#[derive(Debug, Default)]
pub(super) struct Fake {
    pub(super) steps: Vec<Step>,
    pub(super) enter: Option<EnterFn>,
    pub(super) entering: Duration,
    pub(super) only_last_enters_slowly: bool,
    pub(super) entered: AtomicU64,
    pub(super) left: AtomicU64,
    pub(super) leaving: Duration,
    pub(super) leave_error: bool,
    pub(super) rows: AtomicU64,
}

impl Fake {
    pub(super) fn doing(steps: impl Into<Vec<Step>>) -> Fake {
        Fake { steps: steps.into(), ..Fake::default() }
    }
}

/// An open request. Dropped before its end, it closes itself, as that of a user does.
pub(super) struct OpenRequest<'a> {
    slot: &'a UserSlot<()>,
    phase: Phase,
    intended: Duration,
    sent: Duration,
    closed: Cell<bool>,
}

impl<'a> OpenRequest<'a> {
    pub(super) fn new(slot: &'a UserSlot<()>) -> OpenRequest<'a> {
        let sent = slot.clock.now();
        let (phase, intended) = (slot.log.open(), slot.log.intended_start(Moment::after(sent)).since_start());
        OpenRequest { slot, phase, intended, sent, closed: Cell::new(false) }
    }

    pub(super) fn intended(&self) -> Duration {
        self.intended
    }

    pub(super) fn close(&self, fate: Fate) {
        self.closed.set(true);
        let (intended, sent, done) = (self.intended, self.sent, self.slot.clock.now());
        let endpoint = "GET /".into();
        let sample = Sample {
            endpoint,
            intended,
            sent,
            done,
            fate,
            bytes_sent: 0,
            bytes_received: 0,
            phases: Phases::default(),
        };
        self.slot.log.close(self.phase, sample);
    }
}

impl Drop for OpenRequest<'_> {
    fn drop(&mut self) {
        if !self.closed.get() {
            let ending = self.slot.log.is_ending();
            self.close(if ending { Fate::InFlightAtEnd } else { Fate::Failed("cancelled".to_owned()) });
        }
    }
}

fn mistake(slot: &UserSlot<()>) -> IterationEnd {
    slot.log.note_mistake("GET health was not sent: write \"/health\"");
    IterationEnd::FailedItself("not sent".to_owned())
}

fn used_up(slot: &UserSlot<()>) -> IterationEnd {
    slot.log.note_out_of_data("the rows of `accounts.csv` are used up");
    IterationEnd::FailedItself("used up".to_owned())
}

/// A request that ends so after this time.
async fn request(slot: &UserSlot<()>, after: Duration, fate: Fate) {
    let open = OpenRequest::new(slot);
    tokio::time::sleep(after).await;
    open.close(fate);
}

impl Scenario for Fake {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        tokio::time::sleep(self.entering * if self.only_last_enters_slowly { slot.number as u32 } else { 1 }).await;
        self.enter.map_or(Ok(()), |enter| enter(&slot))?;
        self.entered.fetch_add(1, Ordering::Relaxed);
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        let mut end = IterationEnd::Completed;
        let (mut stalled, mut is_frozen) = (Duration::ZERO, false);
        for step in &self.steps {
            match *step {
                Step::Request(ms) => {
                    if is_frozen {
                        request(slot, slot.timeout, Fate::TimedOut).await;
                        return IterationEnd::FailedAtRequest;
                    }
                    request(slot, stalled + MS(ms), Fate::Ok).await;
                }
                Step::RefusedFrom(ms, from) => refuse_from(slot, MS(ms), MS(from)).await,
                Step::FrozenFrom(ms) => is_frozen = slot.clock.now() >= MS(ms),
                Step::StalledFromTo(from, to) => {
                    let now = slot.clock.now();
                    stalled = if now >= MS(from) { MS(to).saturating_sub(now) } else { Duration::ZERO };
                }
                Step::Hang => {
                    request(slot, slot.timeout, Fate::TimedOut).await;
                    end = IterationEnd::FailedAtRequest;
                }
                Step::HangAfter(ms) if slot.clock.now() >= MS(ms) => {
                    request(slot, slot.timeout, Fate::TimedOut).await;
                    return IterationEnd::FailedAtRequest;
                }
                Step::HangAfter(_) => {}
                Step::Think(ms) => {
                    let _thinking = slot.log.think();
                    slot.log.postpone(MS(ms));
                    tokio::time::sleep(MS(ms)).await;
                }
                Step::Block(ms) => std::thread::sleep(MS(ms)),
                Step::BlockInTask(ms) => drop(tokio::spawn(async move { std::thread::sleep(MS(ms)) })),
                Step::Forever => std::future::pending().await,
                Step::SpawnBlocking(ms) => {
                    drop(tokio::task::spawn_blocking(move || std::thread::sleep(MS(ms))));
                }
                Step::FailCheck => {
                    slot.log.fail_last("check: a full page".to_owned());
                    end = IterationEnd::FailedAtRequest;
                }
                Step::Fail => return IterationEnd::FailedItself("no such field".to_owned()),
                Step::Mistake => return mistake(slot),
                Step::Panic => panic!("the author's mistake"),
                Step::StopAt(ms) => {
                    if slot.clock.now() >= MS(ms) {
                        slot.stop.pull("server `agent` died");
                    }
                }
                Step::Row(rows) if self.rows.fetch_add(1, Ordering::Relaxed) >= rows => return used_up(slot),
                Step::Row(_) => {}
                Step::OnlyUser(number) if slot.number != number => return end,
                Step::OnlyUser(_) => {}
            }
        }
        end
    }

    async fn leave(&self, slot: UserSlot<()>) -> Result<(), String> {
        tokio::time::sleep(self.leaving).await;
        self.left.fetch_add(1, Ordering::Relaxed);
        if self.leave_error { Err(format!("user {} could not log out", slot.number)) } else { Ok(()) }
    }
}

/// A request whose connection is refused if it ends at the time `from` or later.
async fn refuse_from(slot: &UserSlot<()>, takes: Duration, from: Duration) {
    let open = OpenRequest::new(slot);
    tokio::time::sleep(takes).await;
    let is_refused = slot.clock.now() >= from;
    open.close(if is_refused { Fate::Failed("connection refused".to_owned()) } else { Fate::Ok });
}
