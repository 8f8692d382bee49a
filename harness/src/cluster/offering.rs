//! One load, offered by all workers: prepared, begun at one moment, and collected.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::Instant;

use super::clock_offset::ClockOffset;
use super::coordinator::Coordinator;
use super::loads::ReceivedSeconds;
use super::loss::Loss;
use super::protocol::{FinalPart, OrderedLoad, ToWorker, WorkerAnswer};
use crate::clock::monotonic_time_ns;
use crate::measure::Live;
use crate::stop::Stop;

/// From the moment at which the last part is ready to the beginning of the load: every worker must have got the message before.
const NOTICE: Duration = Duration::from_secs(1);
/// How often one of several servers that take turns looks whether the others are ready.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// So many workers compare their clocks at once: the more there are, the longer each waits for an answer, and the less exactly it knows
/// the time.
const PREPARED_AT_ONCE: usize = 8;

/// What came of a load.
#[derive(Debug)]
pub(super) struct Collected {
    /// By worker; `None` for one that sent nothing.
    pub(super) parts: Vec<Option<FinalPart>>,
    pub(super) seconds: Vec<ReceivedSeconds>,
    /// How the clock of each worker differs.
    pub(super) clocks: Vec<ClockOffset>,
    /// What was lost, so that the load was cut short, and when.
    pub(super) lost: Option<(Loss, String)>,
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
    order: OrderedLoad,
    stop: &Stop,
    live: &Arc<Live>,
) -> Result<Collected, NotOfferedByAll> {
    let number = order.load;
    coordinator.loads().begin(number, coordinator.workers(), live);
    coordinator.members().forget_late();
    let offered = tokio::select! {
        biased;
        offered = offer_begun(coordinator, order, stop, live) => offered,
        never = ask_for_figures(coordinator, number) => match never {},
    };
    if let Err(NotOfferedByAll::Stuck(why)) = &offered {
        // The others would go on with a load that no test waits for.
        end_all(coordinator, number, why).await;
    }
    let progress = coordinator.loads().end(number);
    let (clocks, lost) = offered?;
    let (parts, seconds) = progress.map(|progress| progress.into_parts()).unwrap_or_default();
    Ok(Collected { parts, seconds, clocks, lost })
}

async fn offer_begun(
    coordinator: &Coordinator,
    order: OrderedLoad,
    stop: &Stop,
    live: &Arc<Live>,
) -> Result<(Vec<ClockOffset>, Option<(Loss, String)>), NotOfferedByAll> {
    let (load, origin_ns) = (order.load, order.origin_ns);
    let clocks = match prepare_all(coordinator, order).await {
        Ok(clocks) => clocks,
        Err(why) => {
            end_all(coordinator, load, "another worker could not prepare it").await;
            return match coordinator.loss() {
                Some(loss) => Ok((Vec::new(), Some((loss, moment_of(None))))),
                None => Err(NotOfferedByAll::Refused(why)),
            };
        }
    };
    let mut begun_at = None;
    if let LoadStep::Ready = next_step(coordinator, load, Some(stop), |all_ready, _| all_ready).await?
        && let Some(from) = when_to_begin(coordinator, live, stop).await
    {
        let begins = from + NOTICE;
        begun_at = Some(begins);
        let ahead = begins.saturating_duration_since(Instant::now());
        let begins_ns = monotonic_time_ns() - origin_ns + i64::try_from(ahead.as_nanos()).unwrap_or(i64::MAX);
        let begins = Duration::from_nanos(begins_ns.unsigned_abs());
        call_all(coordinator, || ToWorker::Begin { load, begins }).await;
    }
    let lost = match next_step(coordinator, load, Some(stop), |_, all_finished| all_finished).await? {
        LoadStep::Ready => None,
        LoadStep::Lost(why) => Some(why),
        LoadStep::Stopped(why) => {
            end_all(coordinator, load, &why).await;
            match next_step(coordinator, load, None, |_, all_finished| all_finished).await? {
                LoadStep::Lost(why) => Some(why),
                LoadStep::Ready | LoadStep::Stopped(_) => None,
            }
        }
    };
    let Some(loss) = lost else { return Ok((clocks, None)) };
    let moment = moment_of(begun_at);
    end_all(coordinator, load, &loss.at(&moment)).await;
    // Those that are left end early, and send what they have. Without a broker, nothing can come.
    let left = coordinator.until(|coordinator| {
        if !coordinator.is_connected() {
            return Some(());
        }
        let (members, loads) = (coordinator.members(), coordinator.loads());
        let progress = loads.get(load)?;
        (0..coordinator.workers()).all(|worker| members.is_lost(worker) || progress.has_finished(worker)).then_some(())
    });
    tokio::time::timeout(AFTER_LOSS, left).await.ok();
    Ok((clocks, Some((loss, moment))))
}

/// When a worker is lost, the others have so long to end.
const AFTER_LOSS: Duration = Duration::from_secs(15);

/// What a load waits for.
enum LoadStep {
    Ready,
    Lost(Loss),
    Stopped(String),
}

/// Waits until `is_done` holds, which is given whether all parts are ready and whether all have finished. Without a `stop`, it was stopped
/// already.
async fn next_step(
    coordinator: &Coordinator,
    load: u64,
    stop: Option<&Stop>,
    is_done: impl Fn(bool, bool) -> bool,
) -> Result<LoadStep, NotOfferedByAll> {
    let step = coordinator.until(|coordinator| {
        if let Some(loss) = coordinator.broken() {
            return Some(Ok(LoadStep::Lost(loss.clone())));
        }
        let (members, loads) = (coordinator.members(), coordinator.loads());
        let progress = loads.get(load)?;
        if let Some(why) = progress.stuck() {
            return Some(Err(NotOfferedByAll::Stuck(why.to_owned())));
        }
        let all_finished = (0..coordinator.workers()).all(|worker| progress.has_finished(worker));
        if is_done(progress.all_are_ready(), all_finished) {
            return Some(Ok(LoadStep::Ready));
        }
        // What is left of the load is not the load any more, and the one that broke off says why.
        if let Some(worker) = progress.broken_off_by()
            && stop.is_some()
        {
            return Some(Ok(LoadStep::Stopped(format!("worker {worker} ended its part of the load early"))));
        }
        let mut unfinished = members.all().filter(|(index, _)| !progress.has_finished(*index));
        unfinished.find_map(|(index, member)| member.loss(index)).map(|loss| Ok(LoadStep::Lost(loss)))
    });
    let Some(stop) = stop else { return step.await };
    tokio::select! {
        biased;
        step = step => step,
        why = stop.pulled() => Ok(LoadStep::Stopped(why.to_owned())),
    }
}

/// When all parts are ready, of all servers that take turns; `None` if that moment does not come any more.
async fn when_to_begin(coordinator: &Coordinator, live: &Live, stop: &Stop) -> Option<Instant> {
    let Some(turns) = &live.turns else { return Some(Instant::now()) };
    turns.arrive(Instant::now());
    loop {
        if let Some(begins) = turns.begins() {
            return Some(begins);
        }
        if stop.reason().is_some() || coordinator.loss().is_some() {
            return None;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Asks the workers whose parts have ended for their figures, a few at a time.
async fn ask_for_figures(coordinator: &Coordinator, load: u64) -> Infallible {
    loop {
        let next = coordinator.until(|coordinator| {
            let (members, mut loads) = (coordinator.members(), coordinator.loads());
            loads.ask_for_figures(load, |worker| members.is_lost(worker))
        });
        let worker = next.await;
        // One that does not answer is lost, which ends the load.
        coordinator.call(worker, &ToWorker::HandIn { load }).await.ok();
    }
}

async fn prepare_all(coordinator: &Coordinator, order: OrderedLoad) -> Result<Vec<ClockOffset>, String> {
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
    let all = futures_util::stream::iter((0..coordinator.workers()).map(prepare));
    let answers: Vec<_> = all.buffered(PREPARED_AT_ONCE).collect().await;
    answers.into_iter().collect()
}

async fn end_all(coordinator: &Coordinator, load: u64, why: &str) {
    call_all(coordinator, || ToWorker::Stop { load, why: why.to_owned() }).await;
}

/// Calls every worker that is there. One that does not answer is lost, which is noticed where it matters.
async fn call_all(coordinator: &Coordinator, message: impl Fn() -> ToWorker) {
    if coordinator.broken().is_some() && !coordinator.is_connected() {
        return;
    }
    let there: Vec<usize> =
        coordinator.members().all().filter(|(_, member)| member.lost.is_none()).map(|(index, _)| index).collect();
    let calls = there.into_iter().map(|worker| {
        let message = message();
        async move { coordinator.call(worker, &message).await }
    });
    futures_util::future::join_all(calls).await;
}

/// When that is, as a person reads it behind what was lost.
fn moment_of(begun_at: Option<Instant>) -> String {
    match begun_at.and_then(|begun| Instant::now().checked_duration_since(begun)) {
        Some(since) => format!(" {:.1} s after the load began", since.as_secs_f64()),
        None => " before the load began".to_owned(),
    }
}
