//! What a test and its cases have in common: settings and thresholds, nothing twice.

use proofload_vocabulary::metric::Metric;
use proofload_vocabulary::settings::SettingKey;
use proofload_vocabulary::threshold::Threshold;

use super::setting::{Setting, check_load, check_name};
use super::threshold::{CheckedThreshold, asks, check_threshold};
use crate::mistakes::Mistakes;
use crate::perf::parse::{CaseItem, Item, SettingItem, ThresholdItem, Word, threshold_example};

/// What a test and a case have in common.
#[derive(Default)]
pub(crate) struct LoadClauses {
    pub(crate) settings: Vec<Setting>,
    pub(crate) thresholds: Vec<CheckedThreshold>,
}

pub(crate) struct Case {
    pub(crate) name: Option<String>,
    pub(crate) load: LoadClauses,
}

impl LoadClauses {
    pub(super) fn read_threshold(&mut self, item: &ThresholdItem, mistakes: &mut Mistakes) {
        let Some(checked) = check_threshold(item, mistakes) else { return };
        let asked = asks(&checked.threshold);
        if let Some(earlier) = self.thresholds.iter().find(|earlier| asks(&earlier.threshold) == asked) {
            let message =
                format!("`{}` is bounded twice: keep this or the earlier `{}`", subject(&checked), earlier.text);
            mistakes.at(&item.tokens, message);
            return;
        }
        self.thresholds.push(checked);
    }
}

/// `p95("GET /")`
fn subject(checked: &CheckedThreshold) -> String {
    let Threshold { metric, subject, .. } = &checked.threshold;
    format!("{metric}{subject}")
}

pub(super) fn read_case(item: CaseItem, mistakes: &mut Mistakes) -> Option<Case> {
    let mut case = Case { name: None, load: LoadClauses::default() };
    let has_no_setting = item
        .items
        .0
        .iter()
        .all(|item| matches!(item, Ok(Item::Threshold(_) | Item::Case(_) | Item::Versus(_) | Item::Mix(_))));
    let mut seen = Vec::new();
    for item in item.items.0 {
        match mistakes.keep(item) {
            Some(Item::Setting(item)) => case.read_setting(&item, &mut seen, mistakes),
            Some(Item::Threshold(item)) => case.load.read_threshold(&item, mistakes),
            Some(Item::Versus(inner)) => {
                mistakes.at(&inner.word, "`versus` belongs to the whole test: move it out of the case");
            }
            Some(Item::Mix(inner)) => {
                mistakes.at(&inner.word, "`mix` belongs to the whole test: move it out of the case");
            }
            Some(Item::Case(inner)) => mistakes.at(&inner.word.tokens, "a case cannot be inside another case"),
            None => {}
        }
    }
    if has_no_setting {
        mistakes.at(
            &item.word.tokens,
            "a case needs a setting or a name, such as `case(users = 10)`: the test list names it by them",
        );
        return None;
    }
    let parentheses = case.load.settings.iter().find(|setting| setting.key.takes().has_parentheses());
    if let (None, Some(setting)) = (&case.name, parentheses) {
        let message =
            format!("a case with `{}(…)` needs a name of its own in the test list: add `name = \"…\"`", setting.key);
        mistakes.at(&item.word.tokens, message);
    }
    Some(case)
}

impl Case {
    fn read_setting(&mut self, item: &SettingItem, seen: &mut Vec<SettingKey>, mistakes: &mut Mistakes) {
        match known_key(&item.word, seen, mistakes) {
            Some(key @ (SettingKey::Kind | SettingKey::Markers | SettingKey::Ignore | SettingKey::Needs)) => {
                mistakes.at(&item.word.tokens, format!("`{key}` belongs to the whole test: move it out of the case"));
            }
            Some(SettingKey::Name) => self.name = check_name(&item.value, mistakes),
            Some(key) => self.load.settings.extend(check_load(key, item, mistakes)),
            None => {}
        }
    }
}

/// The key that `word` names, if it is one and is given here for the first time.
pub(super) fn known_key(word: &Word, seen: &mut Vec<SettingKey>, mistakes: &mut Mistakes) -> Option<SettingKey> {
    let key = match word.text.parse::<SettingKey>() {
        Ok(key) => key,
        Err(unknown) => {
            let message = match word.text.parse::<Metric>() {
                Ok(metric) => format!(
                    "`{metric}` is a metric, not a setting: a threshold is written with a comparison, such as {}",
                    threshold_example(metric)
                ),
                Err(_) => unknown.to_string(),
            };
            mistakes.at(&word.tokens, message);
            return None;
        }
    };
    if seen.contains(&key) {
        mistakes.at(&word.tokens, format!("`{key}` is given twice: keep one of them"));
        return None;
    }
    seen.push(key);
    Some(key)
}
