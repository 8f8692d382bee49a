//! Warnings about a host, or a generator, that has too little processor time left.

use super::figure;
use super::throttled::cpu_window_s;
use super::workers::{beyond, busy_machine, has_several_machines};
use crate::measure::{Measured, ServerFigures};

const CPU_WARN: f64 = 0.5;
const HOST_CPU_WARN: f64 = 0.85;

/// Whose share of its cores is furthest beyond `limit`: a worker, all workers of a machine, or the generator.
pub(super) fn busiest(measured: &Measured, limit: f64) -> Option<(String, f64)> {
    let one = beyond(measured, limit, None, |worker| worker.cpu_share).map(|beyond| (beyond.who(), beyond.figure));
    let whole = || cpu_share(measured).filter(|share| *share > limit).map(|share| ("the generator".to_owned(), share));
    one.or_else(|| busy_machine(measured, limit)).or_else(whole)
}

/// The generator's CPU as a share of what its worker threads' cores offer.
fn cpu_share(measured: &Measured) -> Option<f64> {
    let workers = measured.generator.workers as f64;
    let cores = measured.generator.cpu_quota_cores.map_or(workers, |quota| quota.min(workers));
    let available_s = cpu_window_s(measured) * cores;
    measured.generator.cpu_s.filter(|_| available_s > 0.0).map(|cpu_s| cpu_s / available_s)
}

pub(super) fn busy_generator(measured: &Measured) -> Option<String> {
    let (who, share) = busiest(measured, CPU_WARN)?;
    let (share, workers) = (figure::percent(share), measured.generator.workers);
    if !measured.workers.is_empty() {
        return Some(format!("{who} used {share} of its cores: the measured times may include its own delays"));
    }
    let quota = measured.generator.cpu_quota_cores.filter(|quota| *quota < workers as f64);
    let cores = match (quota, workers) {
        (Some(quota), _) => format!("the {} cores of its CPU quota", figure::round_to(quota, 3)),
        (None, 1) => "its 1 core".to_owned(),
        (None, workers) => format!("its {workers} cores"),
    };
    Some(format!("{who} used {share} of {cores}: the measured times may include its own delays"))
}

/// The shares of generator, server and other processes, as far as each is known.
pub(super) fn busy_host(measured: &Measured) -> Option<String> {
    if has_several_machines(measured) {
        return None;
    }
    let health = &measured.generator;
    let busy = health.host_cpu_share.filter(|share| *share > HOST_CPU_WARN)?;
    let (cores, window_s) = (health.host_cores?, cpu_window_s(measured));
    let generator = health.cpu_s.filter(|_| window_s > 0.0).map(|cpu_s| cpu_s / window_s / cores as f64);
    let servers: Option<f64> = measured.servers.iter().map(|server| cores_used(server, measured)).sum();
    let server = servers.filter(|_| !measured.servers.is_empty()).map(|share| share / cores as f64);
    let rest = generator.zip(server).map(|(generator, server)| (busy - generator - server).max(0.0));
    let named = [("generator", generator), ("server", server), (name_of_rest(measured), rest)];
    let parts: Vec<String> = named
        .into_iter()
        .filter_map(|(name, share)| share.map(|share| format!("{name} {}", figure::percent(share))))
        .collect();
    let busy = figure::percent(busy);
    Some(format!(
        "generator and server share a saturated host: {busy} of its {cores} cores were busy ({})",
        if parts.is_empty() { "the processes are not known".to_owned() } else { parts.join(", ") }
    ))
}

/// Generator and servers of this run use nearly all that they may use of a larger machine.
pub(super) fn busy_allowance(measured: &Measured) -> Option<String> {
    if has_several_machines(measured) {
        return None;
    }
    let health = &measured.generator;
    let (host_cores, window_s) = (health.host_cores? as f64, health.cpu_window_s?);
    let allowed = health.allowed_cores.map_or(host_cores, |cores| cores as f64);
    let allowed = health.cpu_quota_cores.map_or(allowed, |quota| quota.min(allowed));
    let generator = health.cpu_s.filter(|_| window_s > 0.0 && allowed > 0.0 && allowed < host_cores)? / window_s;
    // What a server that was not started here uses, and may use, is not known.
    let servers: Vec<f64> = measured.servers.iter().filter_map(|server| cores_used(server, measured)).collect();
    let share = (!servers.is_empty()).then(|| (generator + servers.iter().sum::<f64>()) / allowed)?;
    (share > HOST_CPU_WARN).then(|| {
        format!(
            "generator and server used {} of the processor time that they may use, {} of the machine's {host_cores} cores \
             (affinity mask, CPU quota): they compete for it",
            figure::percent(share.min(1.0)),
            figure::round_to(allowed, 3)
        )
    })
}

/// How many cores a server used, of the same time as those of the host are.
///
/// The share of a server in a test of several is of its own turns, and the host's is of all.
fn cores_used(server: &ServerFigures, measured: &Measured) -> Option<f64> {
    if measured.turns.is_empty() {
        return server.cpu_share;
    }
    let window_s = cpu_window_s(measured);
    server.cpu_s.filter(|_| window_s > 0.0).map(|cpu_s| cpu_s / window_s)
}

/// The servers of the other arms are among the rest: this arm does not know what they used.
fn name_of_rest(measured: &Measured) -> &'static str {
    if measured.turns.is_empty() { "others" } else { "the other servers and other processes" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{GeneratorHealth, TimeSlice};

    /// Two servers take turns for 10 s on a machine of two cores; this one used 4 s, all of them in its own turns.
    fn arm() -> Measured {
        let generator = GeneratorHealth {
            host_cpu_share: Some(0.9),
            host_cores: Some(2),
            cpu_s: Some(6.0),
            cpu_window_s: Some(10.0),
            ..GeneratorHealth::default()
        };
        let server = ServerFigures { cpu_s: Some(4.0), cpu_share: Some(0.8), ..ServerFigures::default() };
        Measured { generator, servers: vec![server], turns: vec![TimeSlice::default()], ..Measured::default() }
    }

    #[test]
    fn the_parts_of_a_busy_host_are_of_the_same_time_although_a_server_works_in_its_own_turns() {
        let warning = busy_host(&arm()).unwrap();
        let parts = "(generator 30.0 %, server 20.0 %, the other servers and other processes 40.0 %)";
        assert!(warning.ends_with(parts), "{warning}");
    }

    #[test]
    fn a_server_without_turns_keeps_its_share() {
        let warning = busy_host(&Measured { turns: Vec::new(), ..arm() }).unwrap();
        assert!(warning.ends_with("(generator 30.0 %, server 40.0 %, others 20.0 %)"), "{warning}");
    }
}
