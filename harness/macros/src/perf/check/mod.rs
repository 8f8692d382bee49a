//! Items to a declaration: every word known, every value fitting, nothing twice, nothing that contradicts.

mod clauses;
mod mix;
mod needs;
mod setting;
mod threshold;
mod versus;
mod workload;

pub(crate) use clauses::{Case, LoadClauses};
pub(crate) use mix::DeclaredClass;
pub(crate) use needs::written;
pub(crate) use setting::{IgnoreChoice, Setting, WrittenValue};

use proc_macro2::TokenStream;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;
use syn::{Error, Path};

use super::mix::MixItem;
use super::parse::{Item, Items, SettingItem, Word};
use super::recorded::RecordedNames;
use super::versus::VersusItem;
use crate::inject::Compared;
use crate::mistakes::Mistakes;

/// What the attribute says, free of mistakes.
pub(crate) struct TestDeclaration {
    pub(crate) kind: Kind,
    pub(crate) name: Option<String>,
    pub(crate) markers: Vec<String>,
    pub(crate) ignore: IgnoreChoice,
    /// The tests that must pass first.
    pub(crate) needs: Vec<Path>,
    pub(crate) load: LoadClauses,
    pub(crate) cases: Vec<Case>,
    pub(crate) versus: Option<Compared>,
    /// The classes of its users; empty if all are alike.
    pub(crate) classes: Vec<DeclaredClass>,
}

/// Checks every item and reports all mistakes together. `recorded`: the values that the function records.
pub(crate) fn check(items: Items, recorded: &RecordedNames) -> Result<TestDeclaration, Error> {
    let mut reader = ItemReader::default();
    for item in items.0 {
        reader.read(item);
    }
    reader.finish(recorded)
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
    needs: Vec<Path>,
    load: LoadClauses,
    cases: Vec<Case>,
    has_versus: bool,
    versus: Option<Compared>,
    mix: Option<TokenStream>,
    classes: Option<Vec<DeclaredClass>>,
}

impl ItemReader {
    fn read(&mut self, item: Result<Item, Error>) {
        match self.mistakes.keep(item) {
            Some(Item::Setting(item)) => self.read_setting(item),
            Some(Item::Threshold(item)) => self.load.read_threshold(&item, &mut self.mistakes),
            Some(Item::Case(item)) => {
                let case = clauses::read_case(item, &mut self.mistakes);
                self.cases.extend(case);
            }
            Some(Item::Versus(item)) => self.read_versus(&item),
            Some(Item::Mix(item)) => self.read_mix(item),
            None => self.is_partial = true,
        }
    }

    fn read_versus(&mut self, item: &VersusItem) {
        if self.has_versus {
            self.mistakes.at(&item.word, "`versus` is given twice: one parameter is compared");
            return;
        }
        self.has_versus = true;
        self.versus = versus::check_versus(item, &mut self.mistakes);
    }

    fn read_mix(&mut self, item: MixItem) {
        if self.mix.is_some() {
            self.mistakes.at(&item.word, "`mix` is given twice: write all classes of users into one");
            return;
        }
        self.mix = Some(item.word.clone());
        self.classes = mix::check_mix(item, &mut self.mistakes);
    }

    /// A label would be the name of a class or that of a server, and each server would have users of all classes.
    fn refuse_classes_of_servers_in_turn(&mut self) {
        if let Some(word) = self.mix.as_ref().filter(|_| self.has_versus) {
            let message = "a test that compares servers has users who are all alike: leave out `mix(…)`, or write a test for each server";
            self.mistakes.at(word, message);
        }
    }

    fn read_setting(&mut self, item: SettingItem) {
        let Some(key) = clauses::known_key(&item.word, &mut self.seen, &mut self.mistakes) else { return };
        let mistakes = &mut self.mistakes;
        match key {
            SettingKey::Kind => {
                self.kind = setting::check_kind(&item.value, mistakes).map(|kind| (kind, item.word));
            }
            SettingKey::Name => self.name = setting::check_name(&item.value, mistakes),
            SettingKey::Markers => self.markers = setting::check_markers(&item.value, mistakes),
            SettingKey::Needs => self.needs = needs::check_needs(&item.value, mistakes),
            SettingKey::Ignore => self.ignore = setting::check_ignore(&item.value, mistakes),
            _ => self.load.settings.extend(setting::check_load(key, &item, mistakes)),
        }
    }

    fn finish(mut self, recorded: &RecordedNames) -> Result<TestDeclaration, Error> {
        self.refuse_classes_of_servers_in_turn();
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
        let (test, cases) = (&self.load, &*self.cases);
        let compared = match &self.versus {
            Some(compared) => versus::ServersInTurn::Servers(compared),
            None if self.has_versus || self.is_partial => versus::ServersInTurn::Unknown,
            None => versus::ServersInTurn::Nothing,
        };
        let classes = match &self.classes {
            Some(classes) => mix::UserClasses::Classes(classes),
            None if self.mix.is_some() || self.is_partial => mix::UserClasses::Unknown,
            None => mix::UserClasses::Nothing,
        };
        let declared = workload::LoadCheck { kind, word: &word, test, cases, compared, classes, recorded, is_complete };
        declared.refuse_contradictions(&mut self.mistakes);
        declared.refuse_order_of_nothing(&mut self.mistakes);
        declared.refuse_unanswerable_thresholds(&mut self.mistakes);
        let ItemReader { mistakes, name, markers, ignore, needs, load, cases, versus, classes, .. } = self;
        let classes = classes.unwrap_or_default();
        mistakes.finish(TestDeclaration { kind, name, markers, ignore, needs, load, cases, versus, classes })
    }
}
