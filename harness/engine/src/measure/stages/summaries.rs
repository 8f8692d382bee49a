//! What each stage of a measurement came to.

use super::RequestsByStage;
use crate::measure::endpoint::Endpoints;
use crate::measure::stage::StageSummary;
use crate::measure::summary::Summary;

impl RequestsByStage {
    pub(crate) fn into_stages(self, names: &Endpoints) -> Vec<StageSummary> {
        let stages = self.bounds.iter().zip(self.stages).zip(&self.parts);
        stages
            .map(|((bounds, part), parts)| {
                let (span, carried_over) = (part.length(), part.carried_over);
                let (total, endpoints) = part.into_summaries(span, names);
                // A stage is a part of the test, whose histograms are recorded.
                let (total, endpoints) = (total.unrecorded(), endpoints.into_iter().map(Summary::unrecorded).collect());
                let (name, from, to) = (bounds.name.clone(), bounds.from, bounds.to);
                let begins_s = bounds.begins.as_secs_f64();
                let steady = bounds.is_steady();
                let times = parts.times();
                StageSummary { name, from, to, steady, begins_s, span, total, endpoints, carried_over, times }
            })
            .collect()
    }
}
