//! Offers the load to two servers that take turns, as a test with `versus` does.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use perf_tests::BenchServer;
use proofload::__internals::arm_turns::ArmTurns;
use proofload::__internals::clock::WaitUntil;
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::http::{ConnectionPolicy, HttpResources, TransportOptions};
use proofload::__internals::measure::{Ended, IterationEnd, Live, Measured, RequestSink, TimeSlice};
use proofload::__internals::stop::Stop;
use proofload::__internals::user::{User, UserSlot};
use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

use super::raw_times::RawTimes;

const TURN: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(10);
/// Users of each server, in its own turns.
pub(crate) const USERS: usize = 4;

/// What was measured of one of the two servers.
#[derive(Debug)]
pub(crate) struct OfferedArm {
    /// One for each of its turns.
    pub(crate) turns: Vec<TimeSlice>,
    /// The time of every request, by turn.
    pub(crate) raw_s: Vec<Vec<f64>>,
}

/// Gives each of two servers so many turns of a second.
pub(crate) fn offer_in_turns(servers: &[BenchServer; 2], turns: usize) -> io::Result<[OfferedArm; 2]> {
    let stop = Stop::default();
    let [of_first, of_second] =
        <[ArmTurns; 2]>::try_from(ArmTurns::of(2, TURN)).map_err(|_| io::Error::other("two arms have two turns"))?;
    std::thread::scope(|scope| {
        let begin = |server: &BenchServer, own: ArmTurns| {
            let (url, stop) = (server.url(), stop.clone());
            scope.spawn(move || offer_to_arm(url, own, turns, &stop))
        };
        let running = [begin(&servers[0], of_first), begin(&servers[1], of_second)];
        let [first, second] =
            running.map(|arm| arm.join().unwrap_or_else(|_| Err(io::Error::other("offering the load panicked"))));
        Ok([first?, second?])
    })
}

fn offer_to_arm(url: String, own: ArmTurns, turns: usize, stop: &Stop) -> io::Result<OfferedArm> {
    let raw = Arc::<RawTimes>::default();
    let sink: Arc<dyn RequestSink> = Arc::clone(&raw) as _;
    let live = Arc::new(Live::default().taking_turns(own).with_requests(Some(sink)));
    let measured = offer(&GetRoot(url), &workload(turns), stop, &live);
    if measured.ended != Ended::AsPlanned {
        stop.pull("the other server, with which this one takes turns, ended before its time");
        return Err(io::Error::other(format!("the load was not offered as planned: {:?}", measured.ended)));
    }
    checked(measured, raw.take(), turns)
}

/// Both kinds of figures are of the same requests, and there is a figure for each turn.
fn checked(measured: Measured, raw_s: Vec<Vec<f64>>, turns: usize) -> io::Result<OfferedArm> {
    let (samples, kept) = (measured.total.response_time.samples, raw_s.iter().map(Vec::len).sum::<usize>() as u64);
    if samples != kept || measured.turns.len() != turns || raw_s.len() != turns {
        let (slices, pairs) = (measured.turns.len(), raw_s.len());
        let text = format!(
            "{samples} requests in {slices} turns were measured, and the times of {kept} in {pairs} were kept; {turns} turns were planned"
        );
        return Err(io::Error::other(text));
    }
    Ok(OfferedArm { turns: measured.turns, raw_s })
}

fn workload(turns: usize) -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(USERS)),
        warmup: Warmup::Duration(TURN),
        length: RunLength::Duration(TURN * turns as u32),
        timeout: TIMEOUT,
        seed: 7,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

/// Each user sends one request after the other to this address.
struct GetRoot(String);

impl Scenario for GetRoot {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, _share: WorkerShare) -> HttpResources {
        HttpResources::new(TIMEOUT, ConnectionPolicy::PerUser, TransportOptions::default())
    }

    async fn run_worker_resources(&self, resources: &HttpResources, timer: &impl WaitUntil) {
        resources.run(timer).await;
    }

    async fn enter(&self, slot: UserSlot) -> Result<User, String> {
        Ok(User::new(slot))
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        match user.get(&self.0, "/").await {
            Ok(_) => IterationEnd::Completed,
            Err(error) => IterationEnd::FailedItself(error.to_string()),
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        Ok(())
    }
}
