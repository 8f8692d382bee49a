//! Runs one test of the probe as a person runs it, until a run proves something or the time for repeats is over.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use proofload_testing::perf_binary::{Workspace, tests_process};
use proofload_testing::process;

use crate::disturbance::{Flaw, disturbed, invalid, unsteady, wait_for_calm};
use crate::exchange::{BEGUN, CONFIGURE, HELD_UP, RECORD};
use crate::probe_run::{ProbeRun, read};
use crate::repeats::{self, Unproven};
use crate::workers;

/// How long a probe may take to begin its measurement: its server starts at once, but another perf run may hold the machine.
const BEGINS_WITHIN: Duration = Duration::from_secs(900);

/// One test of the probe, with the server as the proof wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    /// The whole name of the test.
    pub(crate) test: &'a str,
    /// For the server's `/configure`.
    pub(crate) configure: &'a str,
}

/// A probe while it runs.
#[derive(Debug)]
pub(crate) struct Running {
    pid: u32,
    begun: PathBuf,
}

impl Proof<'_> {
    /// Runs until a run is valid. A wrong run is never repeated.
    pub(crate) fn valid(self) -> ProbeRun {
        self.valid_while(|_| {})
    }

    /// Runs until a run is valid and had too few hold-ups to change a percentile up to `q`. A proof to within two wake-ups
    /// says nothing about Proofload while other processes use the cores. The recorded hold-ups alone decide, before any
    /// measured time is read, so a wrong run is never repeated here either.
    pub(crate) fn calm(self, q: f64) -> ProbeRun {
        self.until(&[], |_| {}, |run| invalid(run).or_else(|| disturbed(run, q))).remove(0)
    }

    /// Runs until a run is valid and no hold-up was so long that the tolerance, which includes it, would accept any figure.
    pub(crate) fn steady(self) -> ProbeRun {
        self.until(&[], |_| {}, |run| invalid(run).or_else(|| unsteady(run))).remove(0)
    }

    /// As [`Proof::valid`], and calls `meddle` with each run while it lasts.
    pub(crate) fn valid_while(self, meddle: impl Fn(&Running)) -> ProbeRun {
        self.valid_with(&[], meddle).remove(0)
    }

    /// As [`Proof::valid_while`], together with `others`, until all are valid: a run of each, this test first.
    pub(crate) fn valid_with(self, others: &[&str], meddle: impl Fn(&Running)) -> Vec<ProbeRun> {
        self.until(others, meddle, invalid)
    }

    /// Runs until no test has a `flaw`, for as long as all proofs together may repeat runs.
    fn until(
        self,
        others: &[&str],
        meddle: impl Fn(&Running),
        flaw: impl Fn(&ProbeRun) -> Option<Flaw>,
    ) -> Vec<ProbeRun> {
        let mut unproven = Unproven { test: self.test.to_owned(), flaws: Vec::new() };
        let first = self.run(others, &meddle);
        let Some(found) = first.iter().find_map(&flaw) else { return first };
        unproven.add(found);
        let begun = Instant::now();
        while repeats::may_repeat(begun) {
            wait_for_calm();
            let runs = self.run(others, &meddle);
            let Some(found) = runs.iter().find_map(&flaw) else {
                repeats::spend(begun);
                return runs;
            };
            unproven.add(found);
        }
        repeats::spend(begun);
        unproven.give_up()
    }

    /// Runs once, whatever comes of it.
    pub(crate) fn once(self) -> ProbeRun {
        self.while_running(|_| {})
    }

    /// Runs once, and calls `meddle` with the run while it lasts.
    pub(crate) fn while_running(self, meddle: impl FnOnce(&Running)) -> ProbeRun {
        self.run(&[], meddle).remove(0)
    }

    fn run(self, others: &[&str], meddle: impl FnOnce(&Running)) -> Vec<ProbeRun> {
        let workspace = Workspace::new();
        let arguments = ["--exact", self.test, "--include-ignored", "--progress", "never"];
        let mut command = workspace.command(&arguments);
        let (record, begun) = (workspace.path().join("record.json"), workspace.path().join("begun"));
        command.args(others).args(workers::arguments()).env(HELD_UP, workspace.path().join("held_up"));
        command.env(CONFIGURE, self.configure).env(RECORD, record).env(BEGUN, &begun);
        let started = Instant::now();
        let probe = command.spawn().expect("the probe starts");
        meddle(&Running { pid: probe.id(), begun });
        let output = probe.wait_with_output().expect("the probe ends");
        let finished = workspace.finished(&output, started.elapsed());
        [self.test].iter().chain(others).map(|name| read(name, &workspace, &finished)).collect()
    }
}

impl Running {
    /// Waits until the `count`-th measurement begins.
    pub(crate) fn wait_for_measurement(&self, count: usize) {
        let until = Instant::now() + BEGINS_WITHIN;
        let begun = || std::fs::read_to_string(&self.begun).map_or(0, |text| text.lines().count());
        while begun() < count {
            assert!(Instant::now() < until, "measurement {count} did not begin");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Stops the generator, and not its server, for a while.
    pub(crate) fn stop_for(&self, pause: Duration) {
        process::stop_for(tests_process(self.pid).unwrap_or(self.pid), pause);
    }
}
