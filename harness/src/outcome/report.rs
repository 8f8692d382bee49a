//! What is known of a run when it has been judged: the input of every report.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::arm::ArmReport;
use super::build::BuiltCrate;
use super::degradation::Degradation;
use super::measured_form;
use super::probe::ProbeRow;
use super::search::Found;
use super::server_report::ServerReport;
use super::test_id::TestId;
use super::test_outcome::Outcome;
use super::threshold_verdict::ThresholdVerdict;
use super::timestamp;
use super::workload_form;
use crate::comparison::ChangeReport;
use crate::kind::Kind;
use crate::measure::{Measured, TestEvent, json};
use crate::text::{block, one_line};
use crate::workload::Workload;

/// The capacity of which `rate = 50% of capacity` is a share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CalibrationReport {
    /// 0.5 for `50% of capacity`.
    pub share: f64,
    /// What that comes to, in arrivals each second; `None` if no capacity was found.
    #[serde(serialize_with = "json::figure")]
    pub rate_per_s: Option<f64>,
    /// The test that searched; another one if its answer was used again.
    pub found_by: String,
    /// What the search found.
    #[serde(rename = "search")]
    pub found: Found,
    /// Every probe of it.
    pub probes: Vec<ProbeRow>,
}

impl CalibrationReport {
    /// The `share` of the capacity that a search found.
    pub fn new(share: f64, found_by: String, found: Found, probes: Vec<ProbeRow>) -> CalibrationReport {
        let rate_per_s = found.capacity_per_s.map(|capacity_per_s| share * capacity_per_s);
        CalibrationReport { share, rate_per_s, found_by, found, probes }
    }
}

/// One test, judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestReport {
    /// Which test.
    #[serde(flatten)]
    pub id: TestId,
    /// What it asks.
    pub kind: Kind,
    /// Its markers besides the kind.
    pub markers: Vec<String>,
    /// The names of the tests that must pass before it runs.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Why it exists: the first paragraph of its documentation; `None` if it has none.
    #[serde(default)]
    pub documentation: Option<String>,
    /// Where it is declared: `perf-tests/tests/perf/agent.rs:12`.
    #[serde(default)]
    pub source: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence, unless it passed.
    pub reason: Option<String>,
    /// What load was offered; `None` if it did not run.
    #[serde(with = "workload_form")]
    #[cfg_attr(test, schemars(with = "Option<workload_form::WorkloadForm>"))]
    pub workload: Option<Workload>,
    /// From the first fixture to the last request.
    #[serde(rename = "elapsed_s", with = "json::seconds")]
    #[cfg_attr(test, schemars(with = "f64"))]
    pub elapsed: Duration,
    /// The figures; `None` if no load was offered.
    #[serde(flatten, with = "measured_form")]
    #[cfg_attr(test, schemars(with = "measured_form::MeasuredOrNull"))]
    pub measured: Option<Measured>,
    /// Each server that took part in turn, with its own figures; none for a test of one. The figures of the test itself are those
    /// of the last arm.
    #[serde(default)]
    pub arms: Vec<ArmReport>,
    /// What it was compared with: another arm, stored runs, another run.
    #[serde(default)]
    pub comparisons: Vec<ChangeReport>,
    /// Each threshold, in the order of declaration; the kind's default last. Of a test with arms, those of each arm.
    pub thresholds: Vec<ThresholdVerdict>,
    /// How response times at full load compare with those at the first steady level; `None` for a load without a second one.
    #[serde(default)]
    pub degradation: Option<Degradation>,
    /// Every level of a sweep, every probe of a search for capacity, or every repeat; none for a test of one run.
    #[serde(default)]
    pub probes: Vec<ProbeRow>,
    /// What the search for capacity found, if the test is one.
    pub search: Option<Found>,
    /// The capacity of which the test's rate is a share, if it is one.
    pub calibration: Option<CalibrationReport>,
    /// The servers it used.
    pub servers: Vec<ServerReport>,
    /// What happened during the run that a reader of its charts should know, in order of time.
    #[serde(default)]
    pub events: Vec<TestEvent>,
    /// What a reader should know, without effect on the verdict: an unoptimised build, few samples, a busy generator.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What went wrong after the verdict: a tear-down that failed. Never hides the outcome.
    #[serde(default)]
    pub after: Vec<String>,
}

impl TestReport {
    /// A report of the test `id` that was not run: ignored, without a load, figures or anything else. For this crate and its examples.
    #[doc(hidden)]
    pub fn not_run(id: TestId, kind: Kind) -> TestReport {
        TestReport {
            id,
            kind,
            markers: Vec::new(),
            needs: Vec::new(),
            documentation: None,
            source: None,
            outcome: Outcome::Ignored,
            reason: None,
            workload: None,
            elapsed: Duration::ZERO,
            measured: None,
            arms: Vec::new(),
            comparisons: Vec::new(),
            thresholds: Vec::new(),
            degradation: None,
            probes: Vec::new(),
            search: None,
            calibration: None,
            servers: Vec::new(),
            events: Vec::new(),
            warnings: Vec::new(),
            after: Vec::new(),
        }
    }

    /// The same test, with every text from outside short, harmless and without passwords: as it is kept and shown.
    #[must_use]
    pub(crate) fn with_safe_texts(mut self) -> TestReport {
        let of_calibration = self.calibration.iter_mut().flat_map(|calibration| &mut calibration.probes);
        let of_probes = self.probes.iter_mut().chain(of_calibration).filter_map(|probe| probe.reason.as_mut());
        let of_thresholds = self.thresholds.iter_mut().filter_map(|verdict| verdict.doubt.as_mut());
        let of_test = self.reason.iter_mut().chain(&mut self.warnings).chain(&mut self.after);
        let of_events = self.events.iter_mut().map(|event| &mut event.text);
        let of_test = of_test.chain(of_events).chain(&mut self.documentation);
        of_test.chain(of_probes).chain(of_thresholds).for_each(|text| *text = block(text));
        for measured in self.measured.iter_mut().chain(self.arms.iter_mut().map(|arm| &mut arm.measured)) {
            let servers = measured.servers.iter_mut().map(|figures| &mut figures.name);
            let machines = measured.workers.iter_mut().map(|worker| &mut worker.facts.machine);
            servers.chain(machines).for_each(|name| *name = one_line(name).into_owned());
        }
        let of_arms = self.arms.iter_mut().flat_map(|arm| &mut arm.servers);
        for server in self.servers.iter_mut().chain(of_arms) {
            let lines = [&mut server.name, &mut server.url].into_iter().chain(&mut server.died);
            lines.chain(&mut server.last_lines).for_each(|line| *line = one_line(line).into_owned());
        }
        self
    }

    /// True if every server answered some requests, and the kind of the test asks nothing by itself: then the figures are worth
    /// showing although the measurement proves nothing. A soak asks for leaks, and a search for a capacity.
    pub(crate) fn has_figures_without_question(&self) -> bool {
        let mut figures = self.figures().peekable();
        let is_question = matches!(self.kind, Kind::Soak | Kind::Capacity);
        !is_question && figures.peek().is_some() && figures.all(|(_, measured)| measured.total.requests.ok > 0)
    }

    /// The figures to show, with the name of the arm that they are of: those of each arm, or else those of the test.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (Option<&str>, &Measured)> {
        let of_test = self.measured.iter().filter(|_| self.arms.is_empty()).map(|measured| (None, measured));
        self.arms.iter().map(|arm| (Some(arm.name.as_str()), &arm.measured)).chain(of_test)
    }

    /// The test once for each of its arms, as if that had been measured alone; nothing for a test without arms.
    pub(crate) fn each_arm(&self) -> Vec<TestReport> {
        let of_arm = |arm: &ArmReport| {
            let mut test = TestReport { arms: Vec::new(), comparisons: Vec::new(), ..self.clone() };
            test.id.name = self.name_of(Some(&arm.name));
            test.thresholds.retain(|verdict| verdict.arm.as_ref().is_none_or(|of| *of == arm.name));
            test.servers.clone_from(&arm.servers);
            (test.events, test.measured) = (arm.measured.events.clone(), Some(arm.measured.clone()));
            test
        };
        self.arms.iter().map(of_arm).collect()
    }

    /// `orders::sla · threaded` for an arm, and the name of the test otherwise.
    pub(crate) fn name_of(&self, arm: Option<&str>) -> String {
        let arm = arm.map(|arm| format!(" · {arm}")).unwrap_or_default();
        format!("{}{arm}", self.id.name)
    }

    /// The same test with what was measured; each server gets its figures, which are in the order of the servers.
    #[must_use]
    pub fn with_figures(mut self, measured: Measured) -> TestReport {
        for (server, figures) in self.servers.iter_mut().zip(&measured.servers) {
            server.figures = Some(figures.clone()).filter(|figures| !figures.samples.is_empty());
        }
        self.events.extend(measured.events.iter().cloned());
        TestReport { degradation: Degradation::of(&measured), measured: Some(measured), ..self }
    }
}

/// The machine, the code and the build that were measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Environment {
    /// `linux`
    pub os: String,
    /// `6.18.44`
    pub kernel: Option<String>,
    /// `AMD EPYC 7B13`
    pub cpu_model: Option<String>,
    /// Logical processors this process may use.
    pub cores: Option<usize>,
    /// Physical memory.
    pub memory_bytes: Option<u64>,
    /// What control groups allow: `none` without a limit, `1.5 cores`.
    #[serde(default)]
    pub cpu_quota: Option<String>,
    /// What this build can do beyond plain HTTP/1.1: `none`, `http2, tls`.
    #[serde(default)]
    pub features: Option<String>,
    /// Every crate of the author's with a test or fixture of this run, and the harness, was built with optimisations.
    pub optimised: bool,
    /// Those crates.
    #[serde(default)]
    pub crates: Vec<BuiltCrate>,
    /// `rustc 1.95.0 (…)`
    pub rustc: Option<String>,
    /// The harness's own version.
    pub version: String,
    /// The commit of the workspace.
    pub git_commit: Option<String>,
    /// The work tree differs from the commit.
    pub git_dirty: Option<bool>,
}

/// A whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunReport {
    /// Name of the run's folder.
    #[serde(default)]
    pub id: String,
    /// When it began.
    #[serde(with = "timestamp")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub started: SystemTime,
    /// When the last test ended.
    #[serde(with = "timestamp")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub finished: SystemTime,
    /// `SIGINT`, `SIGTERM` or `SIGHUP`, if it was interrupted.
    pub interrupted: Option<String>,
    /// The most viewers of the live page at once, whose browsers took CPU time; `None` without such a page.
    #[serde(default)]
    pub viewers_peak: Option<u64>,
    /// Where it ran.
    pub environment: Environment,
    /// In the order in which they ran; ignored ones too.
    pub tests: Vec<TestReport>,
}

impl RunReport {
    /// The run with each arm of a test in place of that test, for tables of which a row is a test.
    pub(crate) fn with_arms_apart(&self) -> Cow<'_, RunReport> {
        if self.tests.iter().all(|test| test.arms.is_empty()) {
            return Cow::Borrowed(self);
        }
        let apart =
            self.tests.iter().flat_map(|test| if test.arms.is_empty() { vec![test.clone()] } else { test.each_arm() });
        Cow::Owned(RunReport { tests: apart.collect(), ..self.clone() })
    }

    /// True if a browser, which takes CPU time, showed the run while it went on.
    pub(crate) fn was_watched(&self) -> bool {
        self.viewers_peak.is_some_and(|viewers| viewers > 0)
    }

    /// What a reader should know of a run that was watched.
    pub(crate) fn watched_note(&self) -> Option<String> {
        let viewers = self.viewers_peak.filter(|viewers| *viewers > 0)?;
        let who = if viewers == 1 { "1 browser".to_owned() } else { format!("{viewers} browsers") };
        Some(format!("{who} watched the run; on this machine, that takes CPU time from what is measured"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::probe::LoadLevel;
    use crate::outcome::{Judgement, judge, samples};

    #[test]
    fn a_report_is_kept_without_passwords_and_without_what_a_terminal_would_obey() {
        let mut test = samples::errored();
        let outside = format!("a\n::error::b\u{1b} http://me:secret@host/ {}", "long ".repeat(1_000_000));
        (test.reason, test.warnings, test.after) =
            (Some(outside.clone()), vec![outside.clone()], vec![outside.clone()]);
        test.servers[0].url = outside.clone();
        let judgement = Judgement { reason: test.reason.clone(), ..judge(&Measured::default(), &[], Kind::Load) };
        test.probes = vec![ProbeRow::of(LoadLevel::Users(1), None, &Measured::default(), &judgement)];
        test.servers[0].last_lines = vec![outside];
        let text = serde_json::to_string(&test.with_safe_texts()).expect("a report is JSON");
        assert!(!text.contains("secret") && text.contains("http://***@host/"), "{text}");
        assert!(!text.contains("\\u001b") && !text.contains("\\n::error"), "{text}");
        assert!(text.len() < 50_000, "{} bytes", text.len());
    }
}
