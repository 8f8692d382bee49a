//! Offers the load of a test to its arms, in turns or one after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::arm::Arm;
use super::compare::compare;
use super::judge::{ArmsResult, JudgeArms, JudgedArm};
use super::plan;
use crate::arm_turns::ArmTurns;
use crate::measure::{Ended, KnownLimits, Live, Measured, ServerFigures};
use crate::outcome::known_limits;
use crate::runner::interruption::Interruption;
use crate::runner::observer::RunObserver;
use crate::runner::offered_run::{NotOffered, OfferedRun, offer_to};
use crate::runner::run::RunLoad;
use crate::runner::server_load::{ServerLoad, finish, look_up, with_time_for_file};
use crate::runner::test::Test;
use crate::stop::Stop;
use crate::workload::{ArmOrder, Workload};

/// The arms of a test, and what watches its load.
pub(crate) struct ArmsLoad<'a> {
    pub(crate) test: &'a Test,
    pub(crate) arms: &'a [Arm],
    pub(crate) interruption: &'a Interruption,
    pub(crate) observer: &'a mut dyn RunObserver,
    pub(crate) judge: JudgeArms,
}

/// Offers the load of the test to each arm, judges and compares them.
///
/// # Errors
/// The load could not be offered; the text says why.
pub(crate) async fn offer_to_arms(mut load: ArmsLoad<'_>) -> Result<ArmsResult, String> {
    let (test, order) = (load.test, load.test.order);
    let judged = match order {
        ArmOrder::Interleaved => load.in_turns().await?,
        ArmOrder::OneAfterTheOther => load.one_after_the_other().await?,
    };
    let comparisons = compare(&judged, order);
    Ok((load.judge)(judged, comparisons, &test.thresholds, test.kind))
}

impl ArmsLoad<'_> {
    fn limits(&self) -> KnownLimits {
        known_limits(&self.test.thresholds, self.test.kind)
    }

    /// One arm alone.
    async fn offer_alone(&mut self, index: usize, workload: &Workload, is_search: bool) -> Result<Measured, String> {
        let limits = if is_search { KnownLimits::default() } else { self.limits() };
        let Arm { name, fixtures, .. } = &self.arms[index];
        let (test, interruption, observer) = (self.test, self.interruption, &mut *self.observer);
        let mut load = ServerLoad { test, fixtures, interruption, observer, driven: None, arm: Some(name), is_search };
        load.run(workload, limits).await
    }

    async fn one_after_the_other(&mut self) -> Result<Vec<JudgedArm>, String> {
        let mut judged = Vec::new();
        for index in 0..self.arms.len() {
            let workload = plan::alone(&self.test.workload, self.arms.len(), index);
            let measured = self.offer_alone(index, &workload, false).await?;
            judged.push(JudgedArm { name: self.arms[index].name.clone(), workload, measured });
        }
        Ok(judged)
    }

    async fn in_turns(&mut self) -> Result<Vec<JudgedArm>, String> {
        let mut warm = Vec::new();
        for index in 0..self.arms.len() {
            let workload = plan::warm_up(&self.test.workload);
            let measured = self.offer_alone(index, &workload, true).await?;
            let (is_broken, name) = (measured.ended != Ended::AsPlanned, self.arms[index].name.clone());
            warm.push(JudgedArm { name, workload, measured });
            if is_broken {
                // A server that does not answer now will not answer later, and what it came to says so.
                return Ok(warm.split_off(index));
            }
        }
        let turn = plan::turn(warm.iter().filter_map(|arm| median_iteration(&arm.measured)).max());
        let mut judged = self.offer_in_turns(turn).await?;
        for (arm, warm) in judged.iter_mut().zip(warm) {
            // Nothing that was sent is forgotten.
            arm.measured.outside.add(&warm.measured.total.requests);
            arm.measured.outside.add(&warm.measured.outside);
        }
        Ok(judged)
    }

    async fn offer_in_turns(&mut self, turn: Duration) -> Result<Vec<JudgedArm>, String> {
        let (test, arms, stop) = (self.test, self.arms, Stop::default());
        self.interruption.guard(&stop);
        let mut hosts = Vec::new();
        for arm in arms {
            hosts.push(look_up(&arm.fixtures.servers).await?);
        }
        let (mut running, mut lists) = (Vec::new(), Vec::new());
        let arms_and_turns = arms.iter().zip(ArmTurns::of(arms.len(), turn));
        for (index, ((arm, turns), hosts)) in arms_and_turns.zip(hosts).enumerate() {
            let requests = self.observer.requests(test, Some(&arm.name));
            let live = Live::limited(self.limits()).taking_turns(turns).with_requests(requests.clone());
            lists.push(requests);
            let live = Arc::new(live);
            let workload = plan::in_turns(&test.workload, arms.len(), index, turn);
            if index + 1 == arms.len() {
                self.observer.run_started(test, &workload, &live);
            }
            let run = OfferedRun { workload: workload.clone(), stop: stop.clone(), live, hosts };
            running.push((workload, self.begin(arm, run, &stop)));
        }
        let mut judged = Vec::new();
        let mut failed = None;
        for (arm, (workload, run)) in arms.iter().zip(running) {
            match run.await {
                Ok(Ok(measured)) => judged.push(JudgedArm { name: arm.name.clone(), workload, measured }),
                Ok(Err(why)) => failed = failed.or(Some(why.end_tests_if_stuck(self.interruption, &test.id.name))),
                Err(panic) => failed = failed.or(Some(NotOffered::Failed(panic).to_string())),
            }
        }
        self.observer.run_ended();
        let mut waited = Duration::ZERO;
        for requests in lists {
            waited += finish(requests).await;
        }
        match failed {
            Some(why) => Err(why),
            None => {
                for (index, arm) in judged.iter_mut().enumerate() {
                    arm.measured = with_time_for_file(std::mem::take(&mut arm.measured), waited);
                    relate_to_own_time(&mut arm.measured.servers, index, arms);
                }
                Ok(judged)
            }
        }
    }

    /// One arm ends early only for a reason that leaves nothing to compare, so the others end as well.
    fn begin(&self, arm: &Arm, run: OfferedRun, stop: &Stop) -> JoinHandle<Result<Measured, NotOffered>> {
        let (fixtures, load, stop) = (arm.fixtures.clone(), Arc::clone(&self.test.load), stop.clone());
        let name = arm.name.clone();
        tokio::task::spawn_local(async move {
            let offered = offer_to(&fixtures, load, run).await;
            if !matches!(&offered, Ok(measured) if measured.ended == Ended::AsPlanned) {
                stop.pull(format!("`{name}`, with which this one takes turns, ended before its time"));
            }
            offered
        })
    }
}

fn median_iteration(measured: &Measured) -> Option<Duration> {
    let median_s = measured.iteration.response_time.p50_s.or(measured.total.response_time.p50_s)?;
    Duration::try_from_secs_f64(median_s).ok()
}

/// A server that only one arm uses works in its turns alone, so that its share of a core is of these.
fn relate_to_own_time(figures: &mut [ServerFigures], index: usize, arms: &[Arm]) {
    let others = || arms.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, arm)| arm);
    for (server, figures) in arms[index].fixtures.servers.iter().zip(figures) {
        let is_shared = others().any(|arm| arm.fixtures.servers.iter().any(|other| other.url() == server.url()));
        if !is_shared {
            figures.cpu_share = figures.cpu_share.map(|share| share * arms.len() as f64);
        }
    }
}
