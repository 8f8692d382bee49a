//! One load, offered by all workers: prepared, begun at one moment, and collected.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::clock_offset::ClockOffset;
use super::coordinator::Coordinator;
use super::loads::ReceivedSeconds;
use super::protocol::{FinalPart, LoadOrder, ToWorker, WorkerAnswer};
use crate::arm_turns::ArmTurns;
use crate::clock::monotonic_time_ns;
use crate::measure::Live;
use crate::stop::Stop;

/// From the moment at which the last part is ready to the beginning of the load: every worker must have got the message before.
const NOTICE: Duration = Duration::from_secs(1);
/// How often one of several servers that take turns looks whether the others are ready.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// What came of a load.
#[derive(Debug)]
pub(super) struct Collected {
    /// By worker; `None` for one that sent nothing.
    pub(super) parts: Vec<Option<FinalPart>>,
    pub(super) seconds: Vec<ReceivedSeconds>,
    /// How the clock of each worker differs.
    pub(super) clocks: Vec<ClockOffset>,
    /// Which worker was lost, when and why, or how else the load was cut short by what is between the processes.
    pub(super) lost: Option<String>,
}

/// Why a load has no figures at all.
#[derive(Debug)]
pub(super) enum NotOfferedByAll {
    /// A worker cannot offer it.
    Refused(String),
    /// The test's own code goes on and cannot be ended.
    Stuck(String),
}

/// Has all workers offer their parts of a load, and waits for what each has measured.
pub(super) async fn offer_by_all(
    coordinator: &Coordinator,
    order: LoadOrder,
    stop: &Stop,
    live: &Arc<Live>,
) -> Result<Collected, NotOfferedByAll> {
    let number = order.load;
    coordinator.loads().begin(number, coordinator.workers(), live);
    coordinator.members().forget_late();
    let offered = offer_begun(coordinator, order, stop, live).await;
    let progress = coordinator.loads().end(number);
    let (clocks, lost) = offered?;
    let (parts, seconds) = progress.map(|progress| progress.into_parts()).unwrap_or_default();
    Ok(Collected { parts, seconds, clocks, lost })
}

async fn offer_begun(
    coordinator: &Coordinator,
    order: LoadOrder,
    stop: &Stop,
    live: &Arc<Live>,
) -> Result<(Vec<ClockOffset>, Option<String>), NotOfferedByAll> {
    let (load, origin_ns) = (order.load, order.origin_ns);
    let clocks = match prepare_all(coordinator, order).await {
        Ok(clocks) => clocks,
        Err(why) => {
            end_all(coordinator, load, "another worker could not prepare it").await;
            return Err(NotOfferedByAll::Refused(why));
        }
    };
    let mut begun_at = None;
    if let Step::Ready = next_step(coordinator, load, stop, |all_ready, _| all_ready).await? {
        let begins = match &live.turns {
            None => Instant::now() + NOTICE,
            Some(turns) => when_all_take_turns(turns).await + NOTICE,
        };
        begun_at = Some(begins);
        let ahead = begins.saturating_duration_since(Instant::now());
        let begins_ns = monotonic_time_ns() - origin_ns + i64::try_from(ahead.as_nanos()).unwrap_or(i64::MAX);
        let begins = Duration::from_nanos(begins_ns.unsigned_abs());
        call_all(coordinator, || ToWorker::Begin { load, begins }).await;
    }
    let lost = match next_step(coordinator, load, stop, |_, all_finished| all_finished).await? {
        Step::Ready => None,
        Step::Lost(why) => Some(why),
        Step::Stopped(why) => {
            end_all(coordinator, load, &why).await;
            match next_step(coordinator, load, &Stop::default(), |_, all_finished| all_finished).await? {
                Step::Lost(why) => Some(why),
                Step::Ready | Step::Stopped(_) => None,
            }
        }
    };
    let Some(why) = lost else { return Ok((clocks, None)) };
    let why = with_moment(&why, begun_at);
    end_all(coordinator, load, &why).await;
    // Those that are left end early, and send what they have.
    let left = coordinator.until(|coordinator| {
        let (members, loads) = (coordinator.members(), coordinator.loads());
        let progress = loads.get(load)?;
        (0..coordinator.workers()).all(|worker| members.is_lost(worker) || progress.has_finished(worker)).then_some(())
    });
    tokio::time::timeout(AFTER_LOSS, left).await.ok();
    Ok((clocks, Some(why)))
}

/// When a worker is lost, the others have so long to end.
const AFTER_LOSS: Duration = Duration::from_secs(15);

/// What a load waits for.
enum Step {
    Ready,
    Lost(String),
    Stopped(String),
}

/// Waits until `is_done` holds, which is given whether all parts are ready and whether all have finished.
async fn next_step(
    coordinator: &Coordinator,
    load: u64,
    stop: &Stop,
    is_done: impl Fn(bool, bool) -> bool,
) -> Result<Step, NotOfferedByAll> {
    let step = coordinator.until(|coordinator| {
        if let Some(why) = coordinator.broken() {
            return Some(Ok(Step::Lost(why.to_owned())));
        }
        let (members, loads) = (coordinator.members(), coordinator.loads());
        let progress = loads.get(load)?;
        if let Some(why) = progress.stuck() {
            return Some(Err(NotOfferedByAll::Stuck(why.to_owned())));
        }
        let all_finished = (0..coordinator.workers()).all(|worker| progress.has_finished(worker));
        if is_done(progress.all_are_ready(), all_finished) {
            return Some(Ok(Step::Ready));
        }
        let lost = members.all().find(|(index, member)| member.lost.is_some() && !progress.has_finished(*index));
        if let Some((index, member)) = lost {
            return Some(Ok(Step::Lost(member.describe_loss(index))));
        }
        None
    });
    tokio::select! {
        biased;
        step = step => step,
        why = stop.pulled() => Ok(Step::Stopped(why.to_owned())),
    }
}

/// When the last of several servers that take turns is ready.
async fn when_all_take_turns(turns: &ArmTurns) -> Instant {
    turns.arrive(Instant::now());
    loop {
        if let Some(begins) = turns.begins() {
            return begins;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn prepare_all(coordinator: &Coordinator, order: LoadOrder) -> Result<Vec<ClockOffset>, String> {
    let prepare = |worker: usize| {
        let message =
            ToWorker::Prepare { order: Box::new(order.clone()), threads: coordinator.members().threads_of(worker) };
        async move {
            match coordinator.call(worker, &message).await? {
                WorkerAnswer::Preparing(clock) => Ok(clock),
                WorkerAnswer::Refused { why } => Err(format!("worker {worker} cannot offer its part: {why}")),
                WorkerAnswer::Done => Err(format!("worker {worker} gave another answer than the protocol has")),
            }
        }
    };
    let answers = futures_util::future::join_all((0..coordinator.workers()).map(prepare)).await;
    answers.into_iter().collect()
}

async fn end_all(coordinator: &Coordinator, load: u64, why: &str) {
    call_all(coordinator, || ToWorker::Stop { load, why: why.to_owned() }).await;
}

/// Calls every worker that is there. One that does not answer is lost, which is noticed where it matters.
async fn call_all(coordinator: &Coordinator, message: impl Fn() -> ToWorker) {
    let there: Vec<usize> =
        coordinator.members().all().filter(|(_, member)| member.lost.is_none()).map(|(index, _)| index).collect();
    let calls = there.into_iter().map(|worker| {
        let message = message();
        async move { coordinator.call(worker, &message).await }
    });
    futures_util::future::join_all(calls).await;
}

fn with_moment(why: &str, begun_at: Option<Instant>) -> String {
    match begun_at {
        None => format!("{why}, before the load began"),
        Some(begun) => match Instant::now().checked_duration_since(begun) {
            Some(since) => format!("{why}, {:.1} s after the load began", since.as_secs_f64()),
            None => format!("{why}, before the load began"),
        },
    }
}
