//! What a part of a run needs to know of the whole: [`WholeRun`].

use std::collections::HashMap;
use std::sync::Arc;

use super::crossing::{Extent, Starts};
use super::recorder::Recorder;
use super::series::Series;
use super::span::Span;

/// What decides, in a whole run, which requests are carried over into a part of it, where an end counts, and how long a part lasted.
///
/// The figures of a class of users follow these decisions, and so does the total: otherwise the classes would not come to the total.
#[derive(Debug)]
pub struct WholeRun {
    stages: Vec<WholeStage>,
    /// The least time of an ok request, by endpoint.
    shortest_ns: HashMap<Arc<str>, u64>,
    pub(super) iterations: Extent,
    /// The least time of an ok iteration; 0 if not every end of an iteration is known.
    pub(super) shortest_iteration_ns: u64,
    pub(super) iterations_span: Span,
    pub(super) starts: Starts,
}

#[derive(Debug)]
struct WholeStage {
    all: Extent,
    endpoints: HashMap<Arc<str>, Extent>,
    span: Span,
}

impl WholeRun {
    /// What `all` has counted, before it is finished.
    pub fn of(all: &Recorder) -> WholeRun {
        let names = all.names.since(0);
        let stage = |index: usize| {
            let stage = all.stages.part(index);
            let extent = |(number, name): (usize, &Arc<str>)| {
                stage.endpoint(number).map(|series: &Series| (Arc::clone(name), series.extent()))
            };
            let endpoints = names.iter().enumerate().filter_map(extent).collect();
            WholeStage { all: stage.extent(), endpoints, span: stage.span }
        };
        let shortest = |(number, name): (usize, &Arc<str>)| (Arc::clone(name), all.stages.shortest_ns(number));
        // An iteration that is given up has no end, so ends after the measurement cannot stand for those before it.
        let knows_ends = !all.boundaries.has_given_up_iterations;
        WholeRun {
            stages: (0..all.stages.len()).map(stage).collect(),
            shortest_ns: names.iter().enumerate().map(shortest).collect(),
            iterations: all.iteration.extent(),
            shortest_iteration_ns: all.iteration.shortest_ok_ns().filter(|_| knows_ends).unwrap_or_default(),
            iterations_span: all.iterations_span,
            starts: if all.has_planned_starts() { Starts::Planned } else { Starts::WhenFree },
        }
    }

    /// The samples of an endpoint in a part of the run.
    pub(super) fn of_endpoint(&self, stage: usize, name: &str) -> Extent {
        self.stages.get(stage).and_then(|stage| stage.endpoints.get(name)).copied().unwrap_or_default()
    }

    /// All samples of a part of the run.
    pub(super) fn of_stage(&self, stage: usize) -> Extent {
        self.stages.get(stage).map(|stage| stage.all).unwrap_or_default()
    }

    /// The least time of an ok request of this endpoint.
    pub(super) fn shortest_ns(&self, name: &str) -> u64 {
        self.shortest_ns.get(name).copied().unwrap_or_default()
    }

    /// When a part of the run began and ended.
    pub(super) fn span(&self, stage: usize) -> Span {
        self.stages.get(stage).map(|stage| stage.span).unwrap_or_default()
    }
}
