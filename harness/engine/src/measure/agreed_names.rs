//! The names that the processes of a run count under, once what they have counted is put together: [`agree_on_names`].
//!
//! Each process has room for its own first names, and counts further ones as [`OTHER`]. A name that only some of them had room for
//! would be counted in part, so it is counted as [`OTHER`] everywhere.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::endpoint::ITERATION;
use super::recorder::Recorder;
use super::run_names::MOST_NAMES;
use super::values::{MOST_VALUES, kinds_that_differ};
use crate::text::OTHER;

/// What one process counts under.
struct PartNames {
    /// Each name, with how much is counted under it.
    names: HashMap<Arc<str>, u64>,
    /// There was no room for further names.
    is_full: bool,
}

/// Makes each name of requests and of values stand for all that was counted under it in any of `parts`, each of which is what one
/// process has counted. Returns the author's mistake if a value is recorded in two ways.
pub fn agree_on_names(parts: &mut [&mut [Recorder]]) -> Option<String> {
    // The threads of one process count under the same names.
    if parts.len() < 2 {
        return None;
    }
    agree_on_endpoints(parts);
    agree_on_values(parts);
    kinds_that_differ(recorders_of(parts).map(|recorder| &recorder.values))
}

fn agree_on_endpoints(parts: &mut [&mut [Recorder]]) {
    let names = |recorder: &Recorder| recorder.requests_by_name();
    let limited: HashSet<String> = recorders_of(parts).flat_map(|recorder| recorder.limits.endpoints()).collect();
    let kept = kept_names(&names_of(parts, names, MOST_NAMES), MOST_NAMES, &limited);
    let is_kept = |name: &str| name == OTHER || kept.contains(name);
    if recorders_of(parts).all(|recorder| recorder.names.since(0).iter().all(|name| is_kept(name))) {
        return;
    }
    for recorder in parts.iter_mut().flat_map(|part| part.iter_mut()) {
        recorder.names.count_under(is_kept);
        recorder.slowest.name_under(|name| name == ITERATION || is_kept(name));
        recorder.limits.forget_others();
    }
}

fn agree_on_values(parts: &mut [&mut [Recorder]]) {
    let names = |recorder: &Recorder| recorder.values.samples_by_name();
    let limited: HashSet<String> = recorders_of(parts).flat_map(|recorder| recorder.values.limited_names()).collect();
    let kept = kept_names(&names_of(parts, names, MOST_VALUES), MOST_VALUES, &limited);
    for recorder in parts.iter_mut().flat_map(|part| part.iter_mut()) {
        recorder.values.record_under(|name| name == OTHER || kept.contains(name));
    }
}

fn recorders_of<'p>(parts: &'p [&mut [Recorder]]) -> impl Iterator<Item = &'p Recorder> {
    parts.iter().flat_map(|part| part.iter())
}

/// Of each part, the names that `names` gives of one recorder. A recorder that knows more than `most` was turned away at least once,
/// and knows all names that its process had room for, and [`OTHER`].
fn names_of(
    parts: &[&mut [Recorder]],
    names: impl Fn(&Recorder) -> Vec<(Arc<str>, u64)>,
    most: usize,
) -> Vec<PartNames> {
    let of_part = |part: &&mut [Recorder]| {
        let mut all = PartNames { names: HashMap::new(), is_full: false };
        for known in part.iter().map(&names) {
            all.is_full |= known.len() > most;
            known.into_iter().for_each(|(name, count)| *all.names.entry(name).or_default() += count);
        }
        all.names.remove(OTHER);
        all
    };
    parts.iter().map(of_part).collect()
}

/// The names that each part without room for others knows, and of those at most so many: the limited ones first, and then those
/// under which most is counted.
fn kept_names(parts: &[PartNames], most: usize, limited: &HashSet<String>) -> HashSet<Arc<str>> {
    let mut all: HashMap<&Arc<str>, u64> = HashMap::new();
    for (name, count) in parts.iter().flat_map(|part| &part.names) {
        *all.entry(name).or_default() += count;
    }
    let full: Vec<&PartNames> = parts.iter().filter(|part| part.is_full).collect();
    all.retain(|name, _| full.iter().all(|part| part.names.contains_key(*name)));
    let mut kept: Vec<(&Arc<str>, u64)> = all.into_iter().collect();
    if kept.len() > most {
        kept.sort_by_key(|(name, count)| (!limited.contains(&***name), Reverse(*count), Arc::clone(name)));
        kept.truncate(most);
    }
    kept.into_iter().map(|(name, _)| Arc::clone(name)).collect()
}

impl Recorder {
    /// Each name, with how many requests are counted under it.
    fn requests_by_name(&self) -> Vec<(Arc<str>, u64)> {
        let series = |number| (0..self.stages.len()).filter_map(move |stage| self.stages.part(stage).endpoint(number));
        let requests = |number| series(number).map(|series| series.counts().intended).sum();
        self.names.since(0).iter().enumerate().map(|(number, name)| (Arc::clone(name), requests(number))).collect()
    }
}

#[cfg(test)]
mod tests;
