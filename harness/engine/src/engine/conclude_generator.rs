//! How the generator fared in a run, from how each of its processes did.

use crate::measure::{GeneratorHealth, HostLookup, PartFigures, PartUsage};

/// Adds what is known of the processes to what the recorders say, of a measurement that took `span_s`.
///
/// Threads and CPU add up. Of what a machine or a process may have too little of, the figures are those of the process that fared
/// worst: processes on one machine see the same cores, and a process with time to spare must not hide one without.
pub(super) fn note_generator(health: &mut GeneratorHealth, parts: &[PartFigures], span_s: f64) {
    // A process that offered nothing measured nothing.
    let usages: Vec<&PartUsage> = parts.iter().map(|part| &part.usage).filter(|usage| usage.threads > 0).collect();
    let longest_s = |time: fn(&PartUsage) -> std::time::Duration| {
        let longest = usages.iter().map(|usage| time(usage)).max().filter(|time| !time.is_zero());
        longest.map(|time| time.as_secs_f64())
    };
    health.workers = usages.iter().map(|usage| usage.threads).sum();
    health.transports = usages.iter().flat_map(|usage| usage.transports.iter().cloned()).collect();
    health.transports.sort_unstable();
    health.transports.dedup();
    health.lookups = lookups(&usages);
    health.longest_poll_s = longest_s(|usage| usage.longest_held);
    health.longest_turn_s = longest_s(|usage| usage.longest_turn);
    let held_s = usages.iter().map(|usage| usage.held).max().unwrap_or_default().as_secs_f64();
    health.held_share = (span_s > 0.0).then(|| (held_s / span_s).min(1.0));
    // Unknown if it is of one process: the sum of the others is no figure of the run.
    health.cpu_s = if usages.is_empty() { None } else { usages.iter().map(|usage| usage.cpu_s).sum() };
    health.cpu_window_s = worst(&usages, |usage| usage.cpu_window_s);
    health.longest_hiccup_s = worst(&usages, |usage| usage.longest_hiccup_s);
    health.hiccup_share = worst(&usages, |usage| usage.hiccup_share);
    note_machine(health, &usages);
}

/// The machine that was busiest, and the control group that was stopped longest or, if none was, has least.
fn note_machine(health: &mut GeneratorHealth, usages: &[&PartUsage]) {
    let by = |one: f64, other: f64| one.total_cmp(&other);
    let busy = |usage: &PartUsage| usage.host_cpu_share.unwrap_or(-1.0);
    if let Some(busiest) = usages.iter().max_by(|one, other| by(busy(one), busy(other))) {
        health.host_cpu_share = busiest.host_cpu_share;
        health.host_cores = busiest.host_cores;
        health.allowed_cores = busiest.allowed_cores;
    }
    let stopped = |usage: &PartUsage| usage.throttled_s.unwrap_or(-1.0);
    let least = |usage: &PartUsage| -usage.cpu_quota_cores.unwrap_or(f64::INFINITY);
    let narrowest =
        usages.iter().max_by(|one, other| by(stopped(one), stopped(other)).then_with(|| by(least(one), least(other))));
    if let Some(narrowest) = narrowest {
        health.cpu_quota_cores = narrowest.cpu_quota_cores;
        health.quota_periods = narrowest.quota_periods;
        health.throttled_periods = narrowest.throttled_periods;
        health.throttled_s = narrowest.throttled_s;
    }
}

fn worst(usages: &[&PartUsage], figure: impl Fn(&PartUsage) -> Option<f64>) -> Option<f64> {
    usages.iter().filter_map(|usage| figure(usage)).max_by(f64::total_cmp)
}

/// Each name once, with the slowest of its lookups; one that had not ended is slower than any.
fn lookups(usages: &[&PartUsage]) -> Vec<HostLookup> {
    let mut all: Vec<HostLookup> = Vec::new();
    for lookup in usages.iter().flat_map(|usage| &usage.lookups) {
        let Some(known) = all.iter_mut().find(|known| known.host == lookup.host) else {
            all.push(lookup.clone());
            continue;
        };
        known.time_s = known.time_s.zip(lookup.time_s).map(|(one, other)| one.max(other));
        known.during_load |= lookup.during_load;
        let new: Vec<&String> = lookup.addresses.iter().filter(|address| !known.addresses.contains(address)).collect();
        known.addresses.extend(new.into_iter().cloned());
    }
    all
}
