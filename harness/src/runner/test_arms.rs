//! One test of several servers, from what is set up to its report.

use std::time::Instant;

use super::arms::{Arm, ArmsLoad, ArmsResult, JudgedArm, ReadyArms, judge_arms, offer_to_arms};
use super::attempts::Attempt;
use super::descriptors::within_limit;
use super::fixtures::ReadyFixtures;
use super::observer::RunObserver;
use super::report::{not_run, server_report};
use super::test::Test;
use super::test_runner::{TestRunner, Unmeasured};
use crate::measure::Measured;
use crate::outcome::{ArmReport, Outcome, ServerReport, TestReport};
use crate::server::Server;

impl TestRunner {
    /// The arms of `versus(server = […])`.
    pub(super) fn declared_arms(&self, test: &Test, fixtures: ReadyFixtures) -> ReadyArms {
        let arms = Arm::of_test(test, &fixtures, |decl| self.fixtures.servers_of(decl));
        let ReadyFixtures { servers, direct_servers, .. } = fixtures;
        ReadyArms { arms, servers, direct_servers, judge: judge_arms }
    }

    /// Offers the load to each arm of `test`, tears down and judges.
    pub(super) async fn measure_arms(
        &mut self,
        test: &Test,
        ready: ReadyArms,
        started: Instant,
        observer: &mut dyn RunObserver,
    ) -> Attempt {
        let result = self.offer_to_arms(test, &ready, observer).await;
        let ReadyArms { arms, servers: all_servers, .. } = ready;
        let servers: Vec<(String, Vec<Server>)> =
            arms.iter().map(|arm| (arm.name.clone(), arm.fixtures.servers.clone())).collect();
        // A copy keeps the fixtures from being torn down.
        drop(arms);
        let elapsed = started.elapsed();
        let after = self.end_test().await;
        let report = TestReport { elapsed, after, ..not_run(test) };
        match result {
            Ok(result) => self.finish_arms(result, &servers, &all_servers, report),
            Err(Unmeasured { outcome, reason }) => {
                let servers = all_servers.iter().map(server_report).collect();
                Attempt {
                    report: TestReport { outcome, reason: Some(reason), servers, ..report },
                    is_worth_repeating: false,
                }
            }
        }
    }

    async fn offer_to_arms(
        &self,
        test: &Test,
        ready: &ReadyArms,
        observer: &mut dyn RunObserver,
    ) -> Result<ArmsResult, Unmeasured> {
        if self.explore {
            let why = "it compares servers under one load, which cannot be changed meanwhile: run it without `--ui`";
            return Err(Unmeasured::invalid(why.to_owned()));
        }
        let limited = within_limit(test, self.descriptor_limit, ready.direct_servers).map_err(Unmeasured::invalid)?;
        let (interruption, judge) = (&self.interruption, ready.judge);
        let load = ArmsLoad { test: &limited, arms: &ready.arms, interruption, observer, judge };
        offer_to_arms(load).await.map_err(Unmeasured::errored)
    }

    fn finish_arms(
        &self,
        result: ArmsResult,
        servers: &[(String, Vec<Server>)],
        all_servers: &[Server],
        report: TestReport,
    ) -> Attempt {
        let ArmsResult { arms, comparisons, thresholds, mut outcome, mut reason, mut warnings, is_worth_repeating } =
            result;
        if let Some(cause) = self.interruption.cause() {
            outcome = Outcome::Interrupted;
            reason = Some(format!("interrupted by {cause}: the figures are partial"));
        }
        warnings.splice(0..0, self.build_warning.clone());
        let mut after = report.after.clone();
        after.extend(arms.iter().flat_map(|arm| arm.measured.leave_errors.iter().cloned()));
        let last = arms.last().map(|arm| arm.measured.clone()).unwrap_or_default();
        let events = arms.iter().flat_map(|arm| arm.measured.events.iter().cloned()).collect();
        let arms: Vec<ArmReport> = arms.into_iter().map(|arm| arm_report(arm, servers)).collect();
        let servers = all_servers.iter().map(|server| with_figures_of(server_report(server), &arms)).collect();
        let report = TestReport {
            outcome,
            reason,
            thresholds,
            comparisons,
            warnings,
            after,
            events,
            servers,
            arms,
            measured: Some(last),
            ..report
        };
        Attempt { report, is_worth_repeating }
    }
}

fn arm_report(JudgedArm { name, measured, .. }: JudgedArm, servers: &[(String, Vec<Server>)]) -> ArmReport {
    let of_arm = servers.iter().find(|(arm, _)| *arm == name).map_or(&[][..], |(_, servers)| servers);
    let Measured { turns, servers: ref figures, .. } = measured.clone();
    let with_figures = |(index, server): (usize, &Server)| ServerReport {
        figures: figures.get(index).filter(|figures| !figures.samples.is_empty()).cloned(),
        ..server_report(server)
    };
    let servers = of_arm.iter().enumerate().map(with_figures).collect();
    ArmReport { name, measured, turns, servers }
}

fn with_figures_of(server: ServerReport, arms: &[ArmReport]) -> ServerReport {
    let same = arms.iter().flat_map(|arm| &arm.servers).find(|other| other.url == server.url);
    ServerReport { figures: same.and_then(|same| same.figures.clone()), ..server }
}
