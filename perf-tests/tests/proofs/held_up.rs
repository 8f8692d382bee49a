//! Whether the machine let both sides do their work, by the witnesses on their threads: what a run proves, and how exactly.
//!
//! None of it looks at a measured time, so that a wrong run cannot be taken for a disturbed one.

use serde_json::Value;

use crate::run::{GENERATOR, SERVER, Told};

/// A host that is busier than this is saturated, says §4: who is woken up waits for its turn. None of the loads of
/// [`crate::run::Proof::calm`] makes a host so busy by itself.
pub(crate) const SATURATED_SHARE: f64 = 0.85;

/// Of the requests beyond the highest percentile that is looked at, how many hold-ups may have touched: three quarters, so
/// that a burst after a hold-up, which touches a few more, does not reach the percentile either.
const TOUCHED_BEYOND: f64 = 0.75;

/// A hold-up is part of the tolerance of [`crate::run::Proof::steady`] up to here, a fifth of the least stall that is
/// looked for; one that is longer is what the harness itself calls a hiccup.
const LONGEST_S: f64 = 0.050;

/// The least hold-up that is noted, which the tolerances hold anyway.
const LEAST_S: f64 = 0.002;

/// Half of `closed::TWO_WAKE_UPS_S`, a wake-up of one side. What begins in the last millisecond of a hold-up is not later
/// than that, and so not touched.
const WAKE_UP_S: f64 = 0.001;

/// Why percentiles up to `q` prove nothing.
pub(crate) fn disturbed(told: &Told, q: f64) -> Option<String> {
    let busy = told.number("generator/host_cpu_share");
    if busy > SATURATED_SHARE {
        return Some(format!("{:.0} % of the host were busy", 100.0 * busy));
    }
    let (touched, most) = (told.touched_share(), TOUCHED_BEYOND * (1.0 - q));
    let share =
        || format!("up to {:.2} % of its requests were held up, more than {:.2} %", 100.0 * touched, 100.0 * most);
    (touched > most).then(|| format!("{}; {}", share(), told.witnesses()))
}

/// Why no figure proves anything to within the length of a hold-up.
pub(crate) fn unsteady(told: &Told) -> Option<String> {
    let longest_s = told.longest_hold_up_s();
    (longest_s > LONGEST_S).then(|| format!("it was held up for {:.1} ms; {}", 1e3 * longest_s, told.witnesses()))
}

impl Told {
    /// Each hold-up of the generator's worker threads, and of the server's thread, in seconds.
    fn held_up_s(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let list =
            |value: &Value| -> Option<Vec<f64>> { Some(value.as_array()?.iter().filter_map(Value::as_f64).collect()) };
        let mut generator = list(&self.witnessed[GENERATOR])?;
        // What delayed an arrival before its thread was watched, with its first arrival.
        let lag_s = self.test.pointer("/generator/pacer_lag/max_s").and_then(Value::as_f64).unwrap_or_default();
        if lag_s > longest(&generator) + LEAST_S {
            generator.push(lag_s);
        }
        Some((generator, list(&self.witnessed[SERVER]["held_up_s"])?))
    }

    /// By how much hold-ups can have delayed any request: one of either side, the longest.
    pub(crate) fn longest_hold_up_s(&self) -> f64 {
        let (generator, server) = self.held_up_s().expect("the server of this proof is watched");
        longest(&generator) + longest(&server)
    }

    /// The share of all requests that hold-ups can have touched without the server's own record of it.
    ///
    /// Open: while a worker of the generator is held up, its arrivals are sent late, and those answers are seen late that
    /// come meanwhile, which may be others: `2h ÷ span` of its requests, where h is without the last millisecond. While the
    /// server is held up, it reads late what comes meanwhile: `h ÷ span`. (It answers late, too, which is in its record.)
    /// Closed: however long a hold-up is, it touches each user once, for a user waits for an answer before the next request.
    pub(crate) fn touched_share(&self) -> f64 {
        let (generator, server) = self.held_up_s().expect("the server of this proof is watched");
        let workers = self.number("generator/workers");
        if self.test["generator"]["planned"].is_null() {
            let users = self.number("workload/users");
            let touched = generator.len() as f64 * (users / workers).ceil() + server.len() as f64 * users;
            return touched / self.number("totals/requests/intended");
        }
        let sum = |held_up_s: &[f64]| held_up_s.iter().map(|held_up_s| held_up_s - WAKE_UP_S).sum::<f64>();
        (2.0 * sum(&generator) / workers + sum(&server)) / self.number("span_s")
    }

    /// What the witnesses of this run say, in a line.
    pub(crate) fn witnesses(&self) -> String {
        let side = |name: &str, held_up_s: &[f64]| {
            let [count, sum, longest] = [
                held_up_s.len() as f64,
                1e3 * held_up_s.iter().fold(0.0, |sum, held_up_s| sum + held_up_s),
                1e3 * longest(held_up_s),
            ];
            format!("{name} held up {count} times, {sum:.1} ms in all, {longest:.1} ms at most")
        };
        let sides =
            self.held_up_s().map(|(generator, server)| [side("generator", &generator), side("server", &server)]);
        let sides = sides.map_or_else(|| "nobody watched".to_owned(), |sides| sides.join("; "));
        let figure = |path: &str| self.test.pointer(path).and_then(Value::as_f64);
        let lag = figure("/generator/pacer_lag/p99_s")
            .map_or(String::new(), |lag_s| format!("; lag p99 {:.3} ms", 1e3 * lag_s));
        let busy = figure("/generator/host_cpu_share")
            .map_or(String::new(), |busy| format!("; host {:.0} % busy", 100.0 * busy));
        format!("{sides}{lag}{busy}; the run {}", self.outcome())
    }
}

fn longest(held_up_s: &[f64]) -> f64 {
    held_up_s.iter().copied().fold(0.0, f64::max)
}
