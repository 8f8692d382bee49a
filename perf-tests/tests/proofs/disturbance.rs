//! Whether the machine let both sides do their work, by the witnesses on their threads.
//!
//! None of it looks at a measured time, so that a wrong run cannot be taken for a disturbed one.

use std::time::Duration;

use crate::probe_run::ProbeRun;

/// Why a run proves nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flaw {
    pub(crate) reason: String,
    /// The recorded hold-ups, or a busy host, explain it.
    pub(crate) is_disturbance: bool,
}

/// A host that is busier than this is saturated: a thread that is woken up waits for its turn. None of the loads of
/// [`crate::proof::Proof::calm`] makes a host so busy by itself.
const SATURATED_SHARE: f64 = 0.85;

/// Of the requests beyond the highest percentile that is looked at, how many hold-ups may have touched: three quarters, so
/// that a burst after a hold-up, which touches a few more, does not reach the percentile either.
const TOUCHED_BEYOND: f64 = 0.75;

/// A hold-up is part of the tolerance of [`crate::proof::Proof::steady`] up to here, a fifth of the least stall that is
/// looked for; one that is longer is what the harness itself calls a hiccup.
const LONGEST_S: f64 = 0.050;

/// A recorded hold-up from here on explains that a run is invalid: it is what the tests of the probe allow the pacer to be
/// late.
const DISTURBING_S: f64 = 0.005;

/// How often, and for how long (25 ticks of the system), a saturated machine is observed before a run is repeated.
const LOOKS: usize = 80;
const LOOK: Duration = Duration::from_millis(250);

/// Why a run is invalid by its own report.
pub(crate) fn invalid(run: &ProbeRun) -> Option<Flaw> {
    let reason = || format!("{}; {}", run.test["reason"], run.witnesses());
    (run.outcome() == "invalid").then(|| Flaw { reason: reason(), is_disturbance: was_disturbed(run) })
}

fn was_disturbed(run: &ProbeRun) -> bool {
    let is_saturated = run.host_cpu_share().is_some_and(|busy| busy > SATURATED_SHARE);
    is_saturated || run.longest_recorded_s().is_some_and(|longest_s| longest_s > DISTURBING_S)
}

/// Why percentiles up to `q` prove nothing.
pub(crate) fn disturbed(run: &ProbeRun, q: f64) -> Option<Flaw> {
    let busy = run.number("generator/host_cpu_share");
    if busy > SATURATED_SHARE {
        return Some(disturbance(format!("{:.0} % of the host were busy", 100.0 * busy)));
    }
    let (touched, most) = (run.touched_share(), TOUCHED_BEYOND * (1.0 - q));
    let share =
        || format!("up to {:.2} % of its requests were held up, more than {:.2} %", 100.0 * touched, 100.0 * most);
    (touched > most).then(|| disturbance(format!("{}; {}", share(), run.witnesses())))
}

/// Why no figure proves anything to within the length of a hold-up.
pub(crate) fn unsteady(run: &ProbeRun) -> Option<Flaw> {
    let longest_s = run.longest_hold_up_s();
    let reason = || format!("it was held up for {:.1} ms; {}", 1e3 * longest_s, run.witnesses());
    (longest_s > LONGEST_S).then(|| disturbance(reason()))
}

fn disturbance(reason: String) -> Flaw {
    Flaw { reason, is_disturbance: true }
}

/// Waits until the host is not saturated; at most [`LOOKS`] looks, and one where the system has no such figure.
pub(crate) fn wait_for_calm() {
    for _ in 0..LOOKS {
        let before = host_ticks();
        std::thread::sleep(LOOK);
        let Some(((busy_before, all_before), (busy, all))) = before.zip(host_ticks()) else { return };
        if (busy - busy_before) <= SATURATED_SHARE * (all - all_before) {
            return;
        }
    }
}

/// Time that all cores together have been busy, and all their time, in the system's ticks.
fn host_ticks() -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are part of user.
    let ticks: Vec<f64> = stat.lines().next()?.split(' ').filter_map(|word| word.parse().ok()).take(8).collect();
    let all: f64 = ticks.iter().sum();
    Some((all - ticks.get(3)? - ticks.get(4)?, all))
}
