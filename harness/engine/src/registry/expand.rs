//! One declaration to its tests: cases, arrays multiplied, thresholds layered.

use std::collections::HashMap;

use super::case::TestCase;
use super::decl::{CaseDecl, SettingDecl, TestDecl, Written};
use super::error::{DeclarationMistake, RegistryError};
use super::name::{setting_part, slug, test_name};
use super::needed;
use crate::kind::Kind;
use crate::metric::Metric;
use crate::settings::{SettingError, SettingKey, SettingValue, Settings, parse_value};
use crate::threshold::{Subject, Threshold};
use crate::units::ShortDuration;

/// The tests of `decls`, in the order of the source but for those that others need, and each with a name of its own.
///
/// # Errors
/// See [`RegistryError`]; all mistakes at once.
pub fn expand(mut decls: Vec<&'static TestDecl>) -> Result<Vec<TestCase>, RegistryError> {
    decls.sort_by_key(|decl| (decl.place, decl.module_path));
    let needed::OrderedTests { decls, mut mistakes } = needed::in_order(&decls);
    let mut tests = Vec::new();
    for decl in decls {
        match tests_of(decl) {
            Ok(of_decl) => tests.extend(of_decl),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.extend(same_names(&tests));
    needed::name_needs(&mut tests);
    if mistakes.is_empty() { Ok(tests) } else { Err(RegistryError { mistakes }) }
}

fn same_names(tests: &[TestCase]) -> Vec<DeclarationMistake> {
    let mut first_of_name: HashMap<&str, &TestCase> = HashMap::new();
    let mut mistakes = Vec::new();
    for test in tests {
        match first_of_name.get(test.name.as_str()) {
            Some(first) => mistakes.push(DeclarationMistake::SameName {
                name: test.name.clone(),
                first: first.decl.place,
                second: test.decl.place,
            }),
            None => {
                first_of_name.insert(&test.name, test);
            }
        }
    }
    mistakes
}

fn tests_of(decl: &'static TestDecl) -> Result<Vec<TestCase>, DeclarationMistake> {
    refuse_same_arms(decl)?;
    if decl.cases.is_empty() {
        return variants(decl, None);
    }
    let of_cases: Result<Vec<_>, _> = decl.cases.iter().map(|case| variants(decl, Some(case))).collect();
    Ok(of_cases?.into_iter().flatten().collect())
}

/// Where `use old as new` gives a fixture two names, the macro sees two.
fn refuse_same_arms(decl: &TestDecl) -> Result<(), DeclarationMistake> {
    for (at, first) in decl.arms.iter().enumerate() {
        if let Some(second) = decl.arms[at + 1..].iter().find(|second| second.fixture.is(first.fixture)) {
            return Err(DeclarationMistake::SameArm { place: decl.place, first: first.name, second: second.name });
        }
    }
    Ok(())
}

/// The test or one of its cases, once for each combination of values.
fn variants(decl: &'static TestDecl, case: Option<&CaseDecl>) -> Result<Vec<TestCase>, DeclarationMistake> {
    let thresholds = thresholds_of(decl, case)?;
    let mut combinations = vec![Combination::start(case)];
    for axis in axes(decl, case) {
        let longer: Result<Vec<_>, _> = combinations.iter().map(|shorter| shorter.with_each(&axis, decl)).collect();
        combinations = longer?.into_iter().flatten().collect();
    }
    let test = |combination: Combination| {
        // The macro has tried the literals; constants have their values only now.
        let planned = combination.settings.plan_for(decl.kind, decl.arms.len());
        planned.map_err(|source| DeclarationMistake::Contradiction { place: decl.place, source })?;
        Ok(TestCase {
            decl,
            name: combination.name(decl),
            settings: combination.settings,
            thresholds: thresholds.clone(),
            markers: decl.markers.to_vec(),
            needs: Vec::new(),
            ignored: ignored(decl),
        })
    };
    combinations.into_iter().map(test).collect()
}

/// One setting whose values multiply the test.
struct Axis {
    setting: &'static SettingDecl,
    /// True if the name has the value in it, as it must where tests differ by it.
    in_name: bool,
}

/// The case's settings, and those of the test that the case does not replace.
fn axes(decl: &TestDecl, case: Option<&CaseDecl>) -> Vec<Axis> {
    let of_case: &'static [SettingDecl] = case.map_or(&[], |case| case.settings);
    let unnamed = case.is_some_and(|case| case.name.is_none());
    let is_replaced = |key: SettingKey| of_case.iter().any(|setting| setting.key.replaces(key));
    let case_axes = of_case.iter().map(|setting| Axis { setting, in_name: unnamed || setting.values.len() > 1 });
    let kept = decl.settings.iter().filter(|setting| !is_replaced(setting.key));
    case_axes.chain(kept.map(|setting| Axis { setting, in_name: setting.values.len() > 1 })).collect()
}

#[derive(Clone)]
struct Combination {
    settings: Settings,
    /// What the name has after `module::test`.
    parts: Vec<String>,
}

impl Combination {
    fn start(case: Option<&CaseDecl>) -> Combination {
        let parts = case.and_then(|case| case.name).map(slug).into_iter().collect();
        Combination { settings: Settings::default(), parts }
    }

    fn with_each(&self, axis: &Axis, decl: &TestDecl) -> Result<Vec<Combination>, DeclarationMistake> {
        axis.setting.values.iter().map(|written| self.with(axis, *written, decl)).collect()
    }

    fn with(&self, axis: &Axis, written: Written, decl: &TestDecl) -> Result<Combination, DeclarationMistake> {
        let (place, key) = (decl.place, axis.setting.key);
        let value = read(key, written).map_err(|source| DeclarationMistake::Value { place, source })?;
        let mut longer = self.clone();
        if axis.in_name {
            longer.parts.push(setting_part(key, &value));
        }
        longer.settings.set(key, value).map_err(|source| DeclarationMistake::Contradiction { place, source })?;
        Ok(longer)
    }

    fn name(&self, decl: &TestDecl) -> String {
        let test = test_name(decl.module_path, decl.function);
        if self.parts.is_empty() { test } else { format!("{test}::{}", self.parts.join("_")) }
    }
}

/// Constants pass the same check as literals, which the macro has made already.
fn read(key: SettingKey, written: Written) -> Result<SettingValue, SettingError> {
    match written {
        Written::Text(text) => parse_value(key, text),
        Written::Count(count) => parse_value(key, &count.to_string()),
        Written::Duration(duration) => parse_value(key, &ShortDuration(duration).to_string()),
    }
}

/// What all cases of `decl` share: the thresholds of the test itself, and the kind's default.
pub fn shared_thresholds(decl: &TestDecl) -> Vec<Threshold> {
    // Whatever cannot be read was refused when the tests were expanded.
    thresholds_of(decl, None).unwrap_or_default()
}

/// The case's, then the test's on other figures, then the kind's default unless one of them bounds the same.
fn thresholds_of(decl: &TestDecl, case: Option<&CaseDecl>) -> Result<Vec<Threshold>, DeclarationMistake> {
    let read = |texts: &[&str]| -> Result<Vec<Threshold>, DeclarationMistake> {
        let classes = || decl.classes.iter().map(|class| class.name);
        let read = texts.iter().map(|text| {
            let read: Result<Threshold, _> = text.parse();
            read.map(|read| Threshold { subject: read.subject.clone().among_classes(classes()), ..read })
        });
        read.collect::<Result<_, _>>().map_err(|source| DeclarationMistake::Threshold { place: decl.place, source })
    };
    let mut thresholds = read(case.map_or(&[], |case| case.thresholds))?;
    let of_test = read(decl.thresholds)?;
    let is_new = |below: &Threshold| {
        let is_same = |above: &Threshold| {
            above.metric == below.metric
                && above.subject == below.subject
                && above.compared_with() == below.compared_with()
        };
        !thresholds.iter().any(is_same)
    };
    let kept: Vec<Threshold> = of_test.into_iter().filter(is_new).collect();
    thresholds.extend(kept);
    let default = read(decl.kind.default_threshold().as_slice())?;
    let is_open = |default: &Threshold| !thresholds.iter().any(|explicit| bounds_the_same(explicit, default));
    let added: Vec<Threshold> = default.into_iter().filter(is_open).collect();
    thresholds.extend(added);
    Ok(thresholds)
}

/// Error rate and failed requests are the success rate in other words.
fn bounds_the_same(explicit: &Threshold, default: &Threshold) -> bool {
    let same_words = matches!(explicit.metric, Metric::ErrorRate | Metric::Failed);
    let same = explicit.metric == default.metric || (default.metric == Metric::SuccessRate && same_words);
    // A share of another figure bounds nothing if both servers fail.
    same && explicit.subject == Subject::Total && explicit.relative.is_none()
}

fn ignored(decl: &TestDecl) -> Option<String> {
    match decl.ignore {
        Some(Some(reason)) => Some(reason.to_owned()),
        Some(None) => Some("ignored in its attribute".to_owned()),
        None if decl.never_ignored || decl.kind.runs_by_default() => None,
        None => Some(ignored_by_kind(decl.kind)),
    }
}

fn ignored_by_kind(kind: Kind) -> String {
    format!("{kind} tests run only with --include-ignored")
}

#[cfg(test)]
mod tests;
