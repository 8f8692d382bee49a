//! One run: a load that was offered, measured and judged.

use std::time::{Duration, Instant};

use crate::kind::Kind;
use crate::measure::{KnownLimits, Measured};
use crate::outcome::{Judgement, judge, known_limits};
use crate::threshold::Threshold;
use crate::workload::Workload;

/// Offers one load and measures it.
///
/// The only thing that a series of runs needs from outside; a fake of a few lines is enough to test one.
pub trait RunLoad {
    /// Offers `workload` and returns the figures; times beyond each of `limits` are counted during the run.
    ///
    /// # Errors
    /// The load could not be offered at all; the text says why.
    fn run(&mut self, workload: &Workload, limits: KnownLimits) -> impl Future<Output = Result<Measured, String>>;

    /// Tells the person something before the next run.
    fn announce(&mut self, announcement: &str) {
        let _nobody_listens = announcement;
    }

    /// True once the person has asked to stop: no further run begins.
    fn is_interrupted(&self) -> bool;
}

/// What a run is judged by.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// What must hold.
    pub thresholds: Vec<Threshold>,
    /// The kind of the test.
    pub kind: Kind,
}

/// A run that was judged.
#[derive(Debug, Clone)]
pub struct Run {
    /// The load that was offered.
    pub workload: Workload,
    /// Its figures.
    pub measured: Measured,
    /// What they mean.
    pub judgement: Judgement,
    /// How long it took, warm-up and drain included.
    pub elapsed: Duration,
}

impl Criteria {
    /// The verdict on `measured`.
    pub fn judge(&self, measured: &Measured) -> Judgement {
        judge(measured, &self.thresholds, self.kind)
    }
}

/// Offers `workload` through `load` and judges it.
pub(super) async fn run_and_judge(
    load: &mut impl RunLoad,
    workload: Workload,
    criteria: &Criteria,
) -> Result<Run, String> {
    let started = Instant::now();
    let limits = known_limits(&criteria.thresholds, criteria.kind);
    let measured = load.run(&workload, limits).await?;
    let judgement = criteria.judge(&measured);
    Ok(Run { workload, measured, judgement, elapsed: started.elapsed() })
}
