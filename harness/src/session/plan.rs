//! Which tests run, and with what load.

use std::collections::HashSet;

use thiserror::Error;

use crate::cli::{Options, Origin, Text};
use crate::registry::TestCase;
use crate::selection::{Expression, ExpressionError, Selection, UnknownMarker, known_markers, unknown_markers};
use crate::workload::{Calibration, Plan, Programme, Workload, WorkloadError};

/// A declared test with the load it would offer in this run.
#[derive(Debug)]
pub(super) struct PlannedTest {
    pub(super) case: TestCase,
    /// One run of it; for a series of runs the first.
    pub(super) workload: Workload,
    /// What the test makes of its workload.
    pub(super) programme: Programme,
    /// `rate = 50% of capacity`: the workload must not run before this has resolved it.
    pub(super) calibration: Option<Calibration>,
    /// False if the command line leaves it out.
    pub(super) is_selected: bool,
}

/// Why there is nothing to run.
#[derive(Debug, Error)]
pub(super) enum PlanError {
    /// `-m` or `-k` is not an expression.
    #[error("{origin}: {source}")]
    Expression { origin: Origin, source: ExpressionError },
    /// `-m` names a marker that no test has.
    #[error("{origin}: {source}")]
    UnknownMarker { origin: Origin, source: UnknownMarker },
    /// The layers of settings contradict each other for one test.
    #[error("{test}: {source}")]
    Workload { test: String, source: WorkloadError },
    /// Our own selection left nothing.
    #[error(
        "no test matches {0}; `--list` shows the tests with their kinds, and `-m` takes markers, `-k` parts of names"
    )]
    NothingSelected(String),
}

impl PlanError {
    /// 4 if a correct selection matched nothing, 2 if the command itself is wrong.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            PlanError::NothingSelected(_) => 4,
            _ => 2,
        }
    }
}

/// Plans every declared test. `failed_last` are the names that `--last-failed` asks for.
pub(super) fn plan(
    tests: Vec<TestCase>,
    options: &Options,
    failed_last: Option<&HashSet<String>>,
) -> Result<Vec<PlannedTest>, PlanError> {
    let own = OwnSelection::read(&tests, options, failed_last)?;
    let own_matches: Vec<bool> = tests.iter().map(|test| own.selects(test)).collect();
    if own.is_given() && !own_matches.contains(&true) {
        return Err(PlanError::NothingSelected(own.describe(options)));
    }
    let planned = tests.into_iter().zip(own_matches).map(|(case, matches)| {
        let is_selected = matches && options.names.select(case.decl.kind, &case.name);
        match load_of(&case, options) {
            Ok(Plan { workload, programme, calibration }) => {
                Ok(PlannedTest { case, workload, programme, calibration, is_selected })
            }
            Err(source) => Err(PlanError::Workload { test: case.name, source }),
        }
    });
    planned.collect()
}

/// Command line over environment over profile over attribute over `proofload.toml` over built-in, then scaled.
fn load_of(case: &TestCase, options: &Options) -> Result<Plan, WorkloadError> {
    let (kind, layers) = (case.decl.kind, &options.layers);
    let plan = layers.around(kind, case.settings.clone()).plan(kind)?;
    Ok(match layers.scale {
        Some(factor) => plan.scaled(factor),
        None => plan,
    })
}

/// `-m`, `-k`, `--kind` and `--last-failed`, read.
struct OwnSelection<'a> {
    chosen: Selection,
    failed_last: Option<&'a HashSet<String>>,
}

impl<'a> OwnSelection<'a> {
    fn read(
        tests: &[TestCase],
        options: &Options,
        failed_last: Option<&'a HashSet<String>>,
    ) -> Result<OwnSelection<'a>, PlanError> {
        let markers = expression(options.markers.as_ref())?;
        if let (Some(expression), Some(text)) = (&markers, &options.markers) {
            check_markers(expression, tests, text)?;
        }
        let names = expression(options.keyword.as_ref())?;
        Ok(OwnSelection { chosen: Selection { markers, names, kinds: options.kinds.clone() }, failed_last })
    }

    fn is_given(&self) -> bool {
        !self.chosen.is_empty() || self.failed_last.is_some()
    }

    fn selects(&self, test: &TestCase) -> bool {
        self.chosen.chooses(test) && self.failed_last.is_none_or(|failed| failed.contains(&test.name))
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

fn expression(text: Option<&Text>) -> Result<Option<Expression>, PlanError> {
    let Some(Text { text, origin }) = text else { return Ok(None) };
    Expression::parse(text).map(Some).map_err(|source| PlanError::Expression { origin: origin.clone(), source })
}

/// A misspelt marker would silently select nothing, or everything behind a `not`.
fn check_markers(markers: &Expression, tests: &[TestCase], text: &Text) -> Result<(), PlanError> {
    match unknown_markers(markers, &known_markers(tests)).into_iter().next() {
        None => Ok(()),
        Some(source) => Err(PlanError::UnknownMarker { origin: text.origin.clone(), source }),
    }
}
