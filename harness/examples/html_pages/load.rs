//! The loads of made-up tests.

use std::time::Duration;

use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Warmup, Workload};

/// A load of this model that was measured for so long.
pub(crate) fn workload(model: LoadModel, seconds: f64) -> Workload {
    Workload {
        model,
        warmup: Warmup::Duration(Duration::from_secs(1)),
        length: RunLength::Duration(Duration::from_secs_f64(seconds)),
        timeout: Duration::from_secs(10),
        seed: 0,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}
