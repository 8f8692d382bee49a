//! The names that requests are counted under: text once, a number from then on.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::run_names::{Admission, RunNames};
use crate::text::{OTHER, one_line};

/// The name that a request is counted under, such as `GET /health`. Cheap to clone; belongs to one thread.
///
/// One that comes from [`UserLog::endpoint`](super::UserLog::endpoint) is counted without a look at its text.
#[derive(Debug, Clone)]
pub struct Endpoint(Rc<EndpointName>);

#[derive(Debug)]
struct EndpointName {
    name: Arc<str>,
    index: u32,
}

/// The number of the endpoint of what is no request but counts as one. No table gives it.
pub(super) const NO_ENDPOINT: u32 = u32::MAX;

/// The reserved name of the iterations.
pub(super) const ITERATION: &str = "iteration";

impl Endpoint {
    /// The name.
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl From<&str> for Endpoint {
    fn from(name: &str) -> Endpoint {
        Endpoint(Rc::new(EndpointName { name: name.into(), index: NO_ENDPOINT }))
    }
}

impl PartialEq for Endpoint {
    fn eq(&self, other: &Endpoint) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Endpoint {}

/// The endpoints of one recorder, in the order in which they were seen first.
#[derive(Debug, Clone, Default)]
pub(super) struct Endpoints {
    pub(super) names: Vec<Arc<str>>,
    pub(super) indices: HashMap<Arc<str>, u32>,
    /// What this run counts under, on every worker.
    of_run: Arc<RunNames>,
    /// There are no further names: all of them are here.
    is_complete: bool,
}

impl Endpoints {
    /// A table of one worker of a run.
    pub(super) fn of(run: &Arc<RunNames>) -> Endpoints {
        Endpoints { of_run: Arc::clone(run), ..Endpoints::default() }
    }

    /// The endpoint called `name`: to be asked once, and cloned from then on.
    pub(super) fn named(&mut self, name: &str) -> Endpoint {
        let index = self.number_of(name);
        Endpoint(Rc::new(EndpointName { name: Arc::clone(&self.names[index as usize]), index }))
    }

    /// Takes over an endpoint that another table of the same worker has just got, with its number there.
    pub(super) fn adopt(&mut self, endpoint: &Endpoint) {
        let EndpointName { name, index } = &*endpoint.0;
        if self.names.len() == *index as usize && !self.indices.contains_key(name) {
            self.names.push(Arc::clone(name));
            self.indices.insert(Arc::clone(name), *index);
        }
    }

    /// The number of `endpoint` in this table, whatever table it is from.
    #[inline]
    pub(super) fn index_of(&mut self, endpoint: &Endpoint) -> u32 {
        let EndpointName { name, index } = &*endpoint.0;
        let known = self.names.get(*index as usize);
        if known.is_some_and(|known| Arc::ptr_eq(known, name)) {
            return *index;
        }
        self.number_of(name)
    }

    /// Allocates only for a new name.
    #[cold]
    fn number_of(&mut self, name: &str) -> u32 {
        let name = self.counted_as(name);
        match self.indices.get(&*name) {
            Some(index) => *index,
            None => self.add(name.into()),
        }
    }

    /// The name that requests called `name` are counted under: on one line, and [`OTHER`] if there are too many names.
    pub(super) fn counted_as<'n>(&mut self, name: &'n str) -> Cow<'n, str> {
        if self.indices.contains_key(name) {
            return Cow::Borrowed(name);
        }
        let name = one_line(name);
        if !self.is_complete
            && let Admission::Full(names) = self.of_run.admit(&name)
        {
            names.into_iter().for_each(|name| self.add_if_new(name));
            self.is_complete = true;
        }
        if self.is_complete && !self.indices.contains_key(&*name) { Cow::Borrowed(OTHER) } else { name }
    }

    fn add_if_new(&mut self, name: Arc<str>) {
        if !self.indices.contains_key(&name) {
            self.add(name);
        }
    }

    /// The numbers that the endpoints of `other` have here.
    pub(super) fn take_in(&mut self, other: &Endpoints) -> Vec<usize> {
        other.names.iter().map(|name| self.number_of(name) as usize).collect()
    }

    /// What is counted under other names than these is counted as [`OTHER`]. To be taken in by another table, and no further used.
    pub(super) fn count_under(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.names.iter_mut().filter(|name| !is_kept(name)).for_each(|name| *name = OTHER.into());
        self.indices = self.names.iter().cloned().zip(0..).collect();
    }

    pub(super) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", |name| name)
    }

    /// Those whose number is at least `first`, in order.
    pub(super) fn since(&self, first: usize) -> &[Arc<str>] {
        self.names.get(first..).unwrap_or_default()
    }

    /// The same for what may be no request.
    pub(super) fn name_of(&self, endpoint: u32) -> &str {
        if endpoint == NO_ENDPOINT { ITERATION } else { self.name(endpoint as usize) }
    }

    fn add(&mut self, name: Arc<str>) -> u32 {
        let index = self.names.len() as u32;
        self.names.push(Arc::clone(&name));
        self.indices.insert(name, index);
        index
    }
}

#[cfg(test)]
mod tests {
    use super::super::run_names::MOST_NAMES;
    use super::*;

    #[test]
    fn a_name_has_one_number_wherever_it_comes_from() {
        let (mut ours, mut theirs) = (Endpoints::default(), Endpoints::default());
        let (a, b) = (ours.named("GET /a"), theirs.named("GET /b"));
        let foreign = theirs.named("GET /a");
        assert_eq!((ours.index_of(&a), ours.index_of(&foreign), ours.index_of(&"GET /a".into())), (0, 0, 0));
        assert_eq!(ours.index_of(&b), 1);
        assert_eq!(ours.take_in(&theirs), [1, 0]);
        assert_eq!((ours.name(0), ours.name(1)), ("GET /a", "GET /b"));
    }

    #[test]
    fn a_name_with_a_line_break_has_one_number_too() {
        let mut names = Endpoints::default();
        let (raw, safe) = (names.named("GET /a\nb"), names.named("GET /a b"));
        assert_eq!((raw.name(), names.index_of(&raw)), ("GET /a b", names.index_of(&safe)));
    }

    #[test]
    fn the_workers_of_a_run_count_under_the_same_names_so_none_is_counted_in_part() {
        let run = Arc::<RunNames>::default();
        let (mut ours, mut theirs) = (Endpoints::of(&run), Endpoints::of(&run));
        let name_of = |id: usize| format!("GET /items/{id}");
        for id in 0..2 * MOST_NAMES {
            let _named = if id % 2 == 0 { ours.named(&name_of(id)) } else { theirs.named(&name_of(id)) };
        }
        for id in (0..2 * MOST_NAMES).rev() {
            let expected = if id < MOST_NAMES { name_of(id) } else { OTHER.to_owned() };
            assert_eq!((ours.named(&name_of(id)).name(), theirs.named(&name_of(id)).name()), (&*expected, &*expected));
        }
    }
}
