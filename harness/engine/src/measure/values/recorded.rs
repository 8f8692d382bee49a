//! What a recorder keeps of all values: [`RecordedValues`].

use std::collections::HashMap;
use std::sync::Arc;

use super::figures::{ValueFigures, ValueKind};
use super::limit::ValueLimit;
use super::names::{NamedAs, NamedValue, ValueNames};
use super::tally::ValueTally;
use crate::text::{OTHER, one_line};

/// The values of one recorder, in the order in which they were recorded first.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordedValues {
    pub(super) values: Vec<(NamedValue, ValueTally)>,
    pub(super) indices: HashMap<Arc<str>, u32>,
    pub(super) limits: Arc<[ValueLimit]>,
    /// What this run records under, on every worker.
    of_run: Arc<ValueNames>,
    /// There are no further names: all of them are here.
    is_complete: bool,
}

impl RecordedValues {
    /// Those of one recorder of a run.
    pub(crate) fn of(run: &Arc<ValueNames>, limits: &[ValueLimit]) -> RecordedValues {
        RecordedValues { of_run: Arc::clone(run), limits: limits.into(), ..RecordedValues::default() }
    }

    /// The number of the value called `name`, which is recorded as `kind`. Allocates only for a new name.
    ///
    /// # Errors
    ///
    /// It is recorded in the other way as well.
    pub(crate) fn number_of(&mut self, name: &str, kind: ValueKind) -> Result<u32, String> {
        let known = self.indices.get(name).copied();
        let index = known.unwrap_or_else(|| self.number_of_new(name, kind));
        match self.values[index as usize].0.kind == kind {
            true => Ok(index),
            false => Err(recorded_in_two_ways(name)),
        }
    }

    #[cold]
    fn number_of_new(&mut self, name: &str, kind: ValueKind) -> u32 {
        let name = one_line(name);
        if !self.is_complete {
            match self.of_run.admit(&name, kind) {
                NamedAs::Itself(value) => return self.index_of(value),
                NamedAs::Full(all) => {
                    for value in all {
                        self.index_of(value);
                    }
                    self.is_complete = true;
                }
            }
        }
        let known = self.indices.get(&*name).copied();
        known.unwrap_or_else(|| self.index_of(NamedValue { name: OTHER.into(), kind }))
    }

    fn index_of(&mut self, value: NamedValue) -> u32 {
        if let Some(index) = self.values.iter().position(|(known, _)| *known == value) {
            return index as u32;
        }
        let index = self.values.len() as u32;
        // The two values called so differ in kind, and are found by it.
        if *value.name != *OTHER {
            self.indices.insert(Arc::clone(&value.name), index);
        }
        let limits = self.limits.iter().filter(|limit| *limit.name == *value.name).map(|limit| limit.limit);
        let tally = ValueTally::limited(limits);
        self.values.push((value, tally));
        index
    }

    /// One more sample of the value with this number.
    pub(crate) fn add(&mut self, number: u32, sample: f64) {
        self.values[number as usize].1.add(sample);
    }

    /// `other` has the same limits, or no values.
    pub(crate) fn merge(&mut self, other: RecordedValues) {
        if self.values.is_empty() {
            *self = other;
            return;
        }
        for (value, theirs) in other.values {
            let index = self.index_of(value);
            self.values[index as usize].1.merge(&theirs);
        }
    }

    /// Each name, with how often something was recorded under it.
    pub(crate) fn samples_by_name(&self) -> Vec<(Arc<str>, u64)> {
        self.values.iter().map(|(value, tally)| (Arc::clone(&value.name), tally.samples())).collect()
    }

    /// The names that are limited.
    pub(crate) fn limited_names(&self) -> impl Iterator<Item = String> {
        self.limits.iter().map(|limit| limit.name.clone())
    }

    /// What is recorded under other names than these is recorded as [`OTHER`].
    pub(crate) fn record_under(&mut self, is_kept: impl Fn(&str) -> bool) {
        if self.values.iter().all(|(value, _)| is_kept(&value.name)) {
            return;
        }
        self.indices.clear();
        for (value, tally) in std::mem::take(&mut self.values) {
            let name = if is_kept(&value.name) { value.name } else { OTHER.into() };
            let index = self.index_of(NamedValue { name, kind: value.kind });
            self.values[index as usize].1.merge(&tally);
        }
    }

    /// The figures, by name; `span_s` is the length of the measurement.
    pub(crate) fn finish(self, span_s: f64) -> Vec<ValueFigures> {
        let recorded = self.values.into_iter().filter(|(_, tally)| tally.samples() > 0);
        let figures =
            recorded.map(|(value, tally)| ValueFigures::of(value.name.to_string(), value.kind, tally, span_s));
        let mut figures: Vec<ValueFigures> = figures.collect();
        figures.sort_by(|a, b| a.name.cmp(&b.name));
        figures
    }
}

/// The author's mistake if a value is recorded in one way here and in another one there.
pub(crate) fn kinds_that_differ<'v>(all: impl Iterator<Item = &'v RecordedValues>) -> Option<String> {
    let mut kinds: HashMap<&str, ValueKind> = HashMap::new();
    // The two values called so differ in kind.
    let named = all.flat_map(|values| &values.values).filter(|(value, _)| *value.name != *OTHER);
    let mut kind_and_first = named.map(|(value, _)| (value, *kinds.entry(&value.name).or_insert(value.kind)));
    kind_and_first.find(|(value, first)| value.kind != *first).map(|(value, _)| recorded_in_two_ways(&value.name))
}

fn recorded_in_two_ways(name: &str) -> String {
    format!("`{name}` is recorded with `user.record` and counted with `user.count`: give one of them another name")
}
