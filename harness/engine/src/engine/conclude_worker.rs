//! What one of several processes did of a run, for a look at it alone.

use super::conclude::conclude_parts;
use crate::measure::{Live, PartFigures, PartUsage, WorkerFacts, WorkerFigures};
use crate::metric::Percentile;
use crate::workload::{LoadModel, Workload};

/// The figures of the process that has measured `part`; `live` is that of the whole run.
///
/// They are those of a run of this process alone, so that a request at a border of the measurement may be counted here and not in
/// the run, or the other way round.
pub fn worker_figures(workload: &Workload, live: &Live, part: &PartFigures, facts: WorkerFacts) -> WorkerFigures {
    // Its requests are listed in the run, and not once more here.
    let mut alone = Live::default();
    (alone.turns, alone.control) = (live.turns.clone(), live.control.clone());
    let own = conclude_parts(workload, &alone, vec![part.clone()]);
    let (usage, times) = (&part.usage, &own.total.response_time);
    let lag = own.generator.pacer_lag.as_ref();
    WorkerFigures {
        threads: Some(usage.threads),
        users: matches!(workload.model, LoadModel::Closed(_)).then_some(part.users),
        arrivals: part.planned.as_ref().map(|planned| planned.iter().sum()),
        requests: Some(own.total.requests),
        throughput_per_s: own.total.throughput_per_s,
        p50_s: times.p50_s,
        p95_s: times.p95_s,
        max_s: times.max_s,
        requests_at_end: Some(part.measured_in_slices()),
        start_late_s: part.begun_late.map(|late| late.as_secs_f64()),
        cpu_s: usage.cpu_s,
        cpu_share: cpu_share(usage),
        host_cores: usage.host_cores,
        host_cpu_share: usage.host_cpu_share,
        longest_hiccup_s: usage.longest_hiccup_s,
        hiccup_share: usage.hiccup_share,
        // With few arrivals, too: what was late was late.
        pacer_lag_p99_s: lag.zip(Percentile::new(99.0)).and_then(|(lag, p99)| lag.percentile_s(p99)),
        pacer_lag_max_s: lag.and_then(|lag| lag.max_s),
        facts: WorkerFacts { cores: facts.cores.or(usage.allowed_cores), ..facts },
    }
}

/// Of the cores of its threads, or of its quota.
fn cpu_share(usage: &PartUsage) -> Option<f64> {
    let threads = usage.threads as f64;
    let cores = usage.cpu_quota_cores.map_or(threads, |quota| quota.min(threads));
    let available_s = usage.cpu_window_s? * cores;
    usage.cpu_s.filter(|_| available_s > 0.0).map(|cpu_s| cpu_s / available_s)
}
