//! Which tests run, and with what load.

use std::sync::Arc;

use thiserror::Error;

use super::needed_tests;
use crate::baseline::WorkloadFingerprint;
use crate::cli::{GivenText, IgnoredTests, Names, Options, Origin};
use crate::http::{UnsupportedOption, check_options};
use crate::kind::Kind;
use crate::outcome::TestId;
use crate::registry::{self, TestCase, TestDecl};
use crate::runner::{CapacityShare, Test, transport_options};
use crate::selection::{Expression, ExpressionError, Selection, UnknownMarker, known_markers, unknown_markers};
use crate::settings::{Settings, WorkloadError};
use crate::suggest::did_you_mean;
use crate::workload::LoadPlan;

/// A declared test with the load it would offer in this run.
#[derive(Debug)]
pub(super) struct PlannedTest {
    /// What the runner needs to run it.
    pub(super) test: Arc<Test>,
    /// A plain run leaves it out, by its kind or by `ignore`; or, of a test that runs only for others, what lets it run.
    pub(super) is_ignored: bool,
    /// False if the command line leaves it out, and no test that runs needs it.
    pub(super) is_selected: bool,
    /// It runs only because others need it.
    pub(super) is_only_for_others: bool,
    /// Its declaration.
    pub(super) decl: &'static TestDecl,
}

impl PlannedTest {
    /// The name of the load that the test plans.
    pub(super) fn load(&self) -> WorkloadFingerprint {
        let share = self.test.capacity_share.as_ref().map(|share| share.calibration.share);
        WorkloadFingerprint::of(self.test.kind, &self.test.workload, &self.test.runs, share)
    }
}

fn id_of(test: &TestCase) -> TestId {
    TestId::new(test.decl.package, test.decl.target(), &test.name)
}

/// Why no test can be run.
#[derive(Debug, Error)]
pub(super) enum PlanError {
    /// `-m` or `-k` is not an expression.
    #[error("{origin}: {source}")]
    Expression { origin: Origin, source: ExpressionError },
    /// `-m` names a marker that no test has, and that is nearly one that a test has.
    #[error("{origin}: {source}")]
    UnknownMarker { origin: Origin, source: UnknownMarker },
    /// The layers of settings contradict each other for one test.
    #[error("{test}: {source}")]
    Workload { test: String, source: WorkloadError },
    /// No transport of this build supports what a test asks of HTTP.
    #[error("{test}: {source}")]
    Transport { test: String, source: UnsupportedOption },
    /// The selection by markers, names, kinds or the last run matched nothing.
    #[error(
        "no test matches {selection}; `--list` shows the tests with their kinds, and `-m` takes markers, `-k` parts of \
         names{unknown}"
    )]
    NothingSelected { selection: String, unknown: String },
}

impl PlanError {
    /// 4 if a correct selection matched nothing, 2 if the command itself is wrong.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            PlanError::NothingSelected { .. } => 4,
            _ => 2,
        }
    }
}

/// What a person should know of a selection although it is used: words of `-m` that are no marker here, and filters
/// that match no test.
pub(super) fn notes(tests: &[PlannedTest], options: &Options) -> Vec<String> {
    let mut notes = Vec::new();
    let expression = options.markers.as_ref().and_then(|text| Some((Expression::parse(&text.text).ok()?, text)));
    if let Some((expression, text)) = expression {
        let own = tests.iter().flat_map(|planned| planned.test.markers.iter().map(String::as_str));
        let known = own.chain(Kind::ALL.into_iter().map(|kind| kind.name())).collect();
        notes.extend(unknown_markers(&expression, &known).iter().map(|unknown| format!("{}: {unknown}", text.origin)));
    }
    let named: Vec<_> = tests.iter().map(|planned| (planned.decl, planned.test.id.name.as_str())).collect();
    let matches_none = |filter: &&String| {
        let only = Names { filters: vec![(*filter).clone()], skip: Vec::new(), exact: options.names.exact };
        let only = only.of_functions(&named);
        !tests.iter().any(|planned| only.select(planned.test.kind, &planned.test.id.name))
    };
    // A run says how many it filtered out, as every Rust test does.
    let is_listed = options.output.list && !tests.is_empty();
    let unused = options.names.filters.iter().filter(|_| is_listed).filter(matches_none);
    notes.extend(unused.map(|filter| {
        let names = tests.iter().map(|planned| planned.test.id.name.as_str());
        let near = did_you_mean(filter, names.flat_map(|name| name.split("::")));
        let whole = if options.names.exact { "is" } else { "contains" };
        format!(
            "no test's `[kind] name` {whole} `{filter}`{near} (`--list` without a filter shows all {})",
            tests.len()
        )
    }));
    notes
}

/// Plans every declared test. `failed_last` are the tests that `--last-failed` asks for.
pub(super) fn plan(
    tests: Vec<TestCase>,
    options: &Options,
    failed_last: Option<&[TestId]>,
) -> Result<Vec<PlannedTest>, PlanError> {
    let filter = TestFilter::read(&tests, options, failed_last)?;
    let matches: Vec<bool> = tests.iter().map(|test| filter.selects(test)).collect();
    // Only this filter can select nothing by mistake; a positional FILTER that matches nothing is no error in Rust tests.
    if filter.is_given() && !matches.contains(&true) {
        let unknown = filter.unknown_markers(&tests).iter().map(|unknown| format!("\n  {unknown}")).collect();
        return Err(PlanError::NothingSelected { selection: filter.describe(options), unknown });
    }
    let named: Vec<_> = tests.iter().map(|test| (test.decl, test.name.as_str())).collect();
    let names = options.names.of_functions(&named);
    let is_named = |test: &TestCase| names.select(test.decl.kind, &test.name);
    let selected: Vec<bool> = tests.iter().zip(matches).map(|(test, matches)| matches && is_named(test)).collect();
    let for_others = needed_tests::only_for_others(&tests, &selected, &options.output);
    let planned = tests.into_iter().zip(selected).zip(for_others).map(|((case, is_selected), for_others)| {
        let chosen = match (is_selected, for_others) {
            (_, true) => SelectedBecause::NeededByOthers,
            (true, false) => SelectedBecause::Named,
            (false, false) => SelectedBecause::NotAtAll,
        };
        plan_test(case, chosen, options)
    });
    planned.collect()
}

/// Why a test is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SelectedBecause {
    NotAtAll,
    Named,
    NeededByOthers,
}

/// Mistakes count only for a test that is selected: `--requests 20` for one test need not suit the users of another.
fn plan_test(case: TestCase, chosen: SelectedBecause, options: &Options) -> Result<PlannedTest, PlanError> {
    let is_selected = chosen != SelectedBecause::NotAtAll;
    let load = match load_of(&case, chosen, options) {
        Err(_) if !is_selected => Settings::default().plan(Kind::Load),
        planned => planned,
    };
    let load = load.map_err(|source| PlanError::Workload { test: case.name.clone(), source })?;
    if is_selected {
        check_options(&transport_options(&load.workload.http))
            .map_err(|source| PlanError::Transport { test: case.name.clone(), source })?;
    }
    let is_only_for_others = chosen == SelectedBecause::NeededByOthers;
    let is_ignored = match options.output.ignored {
        // Whatever its kind, it runs.
        ignored if is_only_for_others && !options.output.list => ignored == IgnoredTests::Only,
        _ => case.ignored.is_some(),
    };
    let decl = case.decl;
    Ok(PlannedTest { test: Arc::new(test_of(case, load)), is_ignored, is_selected, is_only_for_others, decl })
}

/// The declared test as the value that the runner takes.
fn test_of(case: TestCase, plan: LoadPlan) -> Test {
    let LoadPlan { workload, runs, most_users_from, calibration, order, requests_csv } = plan;
    let (id, decl) = (id_of(&case), case.decl);
    // Cases of one function ask the same work; another function asks other work, of which a server takes more or less.
    let capacity_share = calibration.map(|calibration| CapacityShare {
        calibration,
        limits: registry::shared_thresholds(decl),
        same_work: decl.place.to_string(),
    });
    Test {
        id,
        module: decl.module_path.to_owned(),
        kind: decl.kind,
        doc: decl.doc.to_owned(),
        source: decl.place.to_string(),
        markers: case.markers.iter().map(|marker| (*marker).to_owned()).collect(),
        thresholds: case.thresholds,
        workload,
        runs,
        most_users_from,
        capacity_share,
        requests_csv,
        needs: decl.needs.to_vec(),
        needed_tests: case.needs,
        arms: decl.arms.to_vec(),
        order,
        load: Arc::new(decl.offer),
    }
}

/// Command line over environment over profile over attribute over `proofload.toml` over built-in, then scaled.
fn load_of(case: &TestCase, chosen: SelectedBecause, options: &Options) -> Result<LoadPlan, WorkloadError> {
    let (kind, layers) = (case.decl.kind, &options.layers);
    // What the command line says of the load is meant for the tests that it selects.
    let layers = if chosen == SelectedBecause::NeededByOthers { &layers.of_this_suite() } else { layers };
    let settings = match case.decl.arms {
        [] => layers.around(kind, case.settings.clone()),
        _ => layers.of_comparison().around(kind, case.settings.clone()),
    };
    let mut plan = settings.plan_for(kind, case.decl.arms.len())?;
    plan.workload.mix = case.decl.mix();
    Ok(match layers.scale {
        Some(factor) => plan.scaled(factor),
        None => plan,
    })
}

/// `-m`, `-k`, `--kind` and `--last-failed`, parsed.
struct TestFilter<'a> {
    chosen: Selection,
    failed_last: Option<&'a [TestId]>,
}

impl<'a> TestFilter<'a> {
    fn read(
        tests: &[TestCase],
        options: &Options,
        failed_last: Option<&'a [TestId]>,
    ) -> Result<TestFilter<'a>, PlanError> {
        let markers = expression(options.markers.as_ref())?;
        if let (Some(expression), Some(text)) = (&markers, &options.markers) {
            check_markers(expression, tests, text)?;
        }
        let names = expression(options.keyword.as_ref())?;
        Ok(TestFilter { chosen: Selection { markers, names, kinds: options.kinds.clone() }, failed_last })
    }

    fn unknown_markers(&self, tests: &[TestCase]) -> Vec<UnknownMarker> {
        let markers = self.chosen.markers.as_ref();
        markers.map(|markers| unknown_markers(markers, &known_markers(tests))).unwrap_or_default()
    }

    fn is_given(&self) -> bool {
        !self.chosen.is_empty() || self.failed_last.is_some()
    }

    fn selects(&self, test: &TestCase) -> bool {
        self.chosen.chooses(test)
            && self.failed_last.is_none_or(|failed| failed.iter().any(|id| id.matches(&id_of(test))))
    }

    fn describe(&self, options: &Options) -> String {
        let markers = options.markers.as_ref().map(|text| format!("-m \"{}\"", text.text));
        let keyword = options.keyword.as_ref().map(|text| format!("-k \"{}\"", text.text));
        let kinds = self.chosen.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(",");
        let kinds = (!kinds.is_empty()).then(|| format!("--kind {kinds}"));
        let failed = self.failed_last.map(|failed| format!("--last-failed ({} failed in the last run)", failed.len()));
        [markers, keyword, kinds, failed].into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }
}

fn expression(text: Option<&GivenText>) -> Result<Option<Expression>, PlanError> {
    let Some(GivenText { text, origin }) = text else { return Ok(None) };
    Expression::parse(text).map(Some).map_err(|source| PlanError::Expression { origin: origin.clone(), source })
}

/// A misspelt marker would silently select nothing, or everything behind a `not`.
fn check_markers(markers: &Expression, tests: &[TestCase], text: &GivenText) -> Result<(), PlanError> {
    match unknown_markers(markers, &known_markers(tests)).into_iter().find(UnknownMarker::is_misspelt) {
        None => Ok(()),
        Some(source) => Err(PlanError::UnknownMarker { origin: text.origin.clone(), source }),
    }
}

#[cfg(test)]
mod tests;
