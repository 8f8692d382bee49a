//! Items to a declaration: every word known, every value fitting, nothing twice, nothing that contradicts.

mod setting;
mod threshold;
mod workload;

pub(crate) use setting::{IgnoreChoice, Setting, WrittenValue};
pub(crate) use threshold::CheckedThreshold;

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::metric::Metric;
use proofload_vocabulary::settings::SettingKey;
use proofload_vocabulary::threshold::Threshold;
use syn::Error;

use super::parse::{CaseItem, Item, Items, SettingItem, ThresholdItem, Word, threshold_example};
use crate::mistakes::Mistakes;

/// What the attribute says, free of mistakes.
pub(crate) struct TestDeclaration {
    pub(crate) kind: Kind,
    pub(crate) name: Option<String>,
    pub(crate) markers: Vec<String>,
    pub(crate) ignore: IgnoreChoice,
    pub(crate) load: LoadClauses,
    pub(crate) cases: Vec<Case>,
}

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

/// Checks every item and reports all mistakes together.
pub(crate) fn check(items: Items) -> Result<TestDeclaration, Error> {
    let mut reader = ItemReader::default();
    for item in items.0 {
        reader.read(item);
    }
    reader.finish()
}

#[derive(Default)]
struct ItemReader {
    mistakes: Mistakes,
    /// True if some item could not be read, so that what seems to be missing may be in it.
    is_partial: bool,
    seen: Vec<SettingKey>,
    kind: Option<(Kind, Word)>,
    name: Option<String>,
    markers: Vec<String>,
    ignore: IgnoreChoice,
    load: LoadClauses,
    cases: Vec<Case>,
}

impl ItemReader {
    fn read(&mut self, item: Result<Item, Error>) {
        match self.mistakes.keep(item) {
            Some(Item::Setting(item)) => self.read_setting(item),
            Some(Item::Threshold(item)) => self.load.read_threshold(&item, &mut self.mistakes),
            Some(Item::Case(item)) => {
                let case = read_case(item, &mut self.mistakes);
                self.cases.extend(case);
            }
            None => self.is_partial = true,
        }
    }

    fn read_setting(&mut self, item: SettingItem) {
        let Some(key) = known_key(&item.word, &mut self.seen, &mut self.mistakes) else { return };
        let mistakes = &mut self.mistakes;
        match key {
            SettingKey::Kind => {
                self.kind = setting::check_kind(&item.value, mistakes).map(|kind| (kind, item.word));
            }
            SettingKey::Name => self.name = setting::check_name(&item.value, mistakes),
            SettingKey::Markers => self.markers = setting::check_markers(&item.value, mistakes),
            SettingKey::Ignore => self.ignore = setting::check_ignore(&item.value, mistakes),
            _ => self.load.settings.extend(setting::check_load(key, &item, mistakes)),
        }
    }

    fn finish(mut self) -> Result<TestDeclaration, Error> {
        let Some((kind, word)) = self.kind else {
            if !self.seen.contains(&SettingKey::Kind) && !self.is_partial {
                let kinds = Kind::ALL.map(Kind::name).join(", ");
                let message = format!("the kind is missing: add `kind = \"load\"` (kinds: {kinds})");
                self.mistakes.add(Error::new(proc_macro2::Span::call_site(), message));
            }
            // Without a kind nothing can be said about the load.
            return Err(self.mistakes.into_error());
        };
        let is_complete = self.mistakes.is_empty();
        let declared = workload::LoadCheck { kind, word: &word, test: &self.load, cases: &self.cases, is_complete };
        declared.refuse_contradictions(&mut self.mistakes);
        declared.refuse_unanswerable_thresholds(&mut self.mistakes);
        let ItemReader { mistakes, name, markers, ignore, load, cases, .. } = self;
        mistakes.finish(TestDeclaration { kind, name, markers, ignore, load, cases })
    }
}

impl LoadClauses {
    fn read_threshold(&mut self, item: &ThresholdItem, mistakes: &mut Mistakes) {
        let Some(checked) = threshold::check_threshold(item, mistakes) else { return };
        let asks = threshold::asks(&checked.threshold);
        if let Some(earlier) = self.thresholds.iter().find(|earlier| threshold::asks(&earlier.threshold) == asks) {
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

fn read_case(item: CaseItem, mistakes: &mut Mistakes) -> Option<Case> {
    let mut case = Case { name: None, load: LoadClauses::default() };
    let has_no_setting = item.items.0.iter().all(|item| matches!(item, Ok(Item::Threshold(_) | Item::Case(_))));
    let mut seen = Vec::new();
    for item in item.items.0 {
        match mistakes.keep(item) {
            Some(Item::Setting(item)) => case.read_setting(&item, &mut seen, mistakes),
            Some(Item::Threshold(item)) => case.load.read_threshold(&item, mistakes),
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
            Some(key @ (SettingKey::Kind | SettingKey::Markers | SettingKey::Ignore)) => {
                mistakes.at(&item.word.tokens, format!("`{key}` belongs to the whole test: move it out of the case"));
            }
            Some(SettingKey::Name) => self.name = setting::check_name(&item.value, mistakes),
            Some(key) => self.load.settings.extend(setting::check_load(key, item, mistakes)),
            None => {}
        }
    }
}

/// The key that `word` names, if it is one and is given here for the first time.
fn known_key(word: &Word, seen: &mut Vec<SettingKey>, mistakes: &mut Mistakes) -> Option<SettingKey> {
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
