//! What is open where a measurement begins, where it ends, and where one stage follows another.
//!
//! A sample belongs to the part of its intended start. Throughput does not: it is what ended inside a window of planned
//! length, whatever it began in ([`Window::share_of`]). And a user that waits when a window opens has begun its request
//! before: if it waits longer than anyone who began inside, the request is counted there, too ([`carried_over`]).

use serde::{Deserialize, Serialize};

use super::json;
use super::sample::{Fate, Moments};
use super::statuses::Answer;

/// With fewer samples of its endpoint, a request is compared with all samples of the window.
const ENOUGH_SAMPLES: u64 = 20;

/// A request or an iteration that was open where a part ended or the first part began.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Crossing {
    /// The endpoint's number; 0 for an iteration.
    pub(super) endpoint: usize,
    /// The part that it belongs to; `None` if it was intended before the measurement.
    pub(super) part: Option<usize>,
    pub(super) moments: Moments,
    pub(super) fate: Fate,
    pub(super) answer: Option<Answer>,
}

/// When a part begins and ends, since the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from_ns: u64,
    pub(super) until_ns: u64,
}

/// What decides when a request starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Starts {
    /// A plan: arrivals, or paced users.
    Planned,
    /// The end of the one before.
    WhenFree,
}

/// How many samples there are, and the longest of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) samples: u64,
    pub(super) longest_ns: u64,
}

/// Requests that began before a window, and waited longer inside it than any that began there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CarriedOver {
    /// How many: they are counted like those that began in the window, with the time since the window began.
    pub requests: u64,
    /// The longest of these times.
    #[serde(serialize_with = "json::figure")]
    pub longest_s: Option<f64>,
}

impl Window {
    /// How much of what ended at `done_ns` counts as ended inside: all, a part, or nothing.
    ///
    /// Requests that begin after the window cannot end before `shortest_ns` later, the least time that any took. So all ends
    /// up to then are known, and the sum is the same as if the load had gone on before and after:
    ///
    /// * If starts are planned, the window of the ends is that of the starts, so much later.
    /// * If not, each end is spread evenly over the time `shortest_ns` before it. Users who all start together with the
    ///   window, and are all answered a moment after its end, do not lose a request each.
    pub(super) fn share_of(self, done_ns: u64, shortest_ns: u64, starts: Starts) -> f64 {
        let begins_ns = done_ns.saturating_sub(shortest_ns);
        match starts {
            _ if shortest_ns == 0 => share(self.from_ns < done_ns && done_ns <= self.until_ns),
            Starts::Planned => share(self.from_ns <= begins_ns && begins_ns < self.until_ns),
            Starts::WhenFree => {
                let inside_ns = done_ns.min(self.until_ns).saturating_sub(begins_ns.max(self.from_ns));
                inside_ns as f64 / shortest_ns as f64
            }
        }
    }

    pub(super) fn length_ns(self) -> u64 {
        self.until_ns.saturating_sub(self.from_ns)
    }
}

/// All or nothing.
fn share(counts: bool) -> f64 {
    f64::from(u8::from(counts))
}

impl Crossing {
    /// How long it was open since `from_ns`, if it began before.
    pub(super) fn since(&self, from_ns: u64) -> Option<u64> {
        let was_open = self.moments.intended_ns < from_ns && from_ns < self.moments.done_ns;
        was_open.then(|| self.moments.done_ns - from_ns)
    }

    /// 1 in the part that it belongs to.
    pub(super) fn own_share(&self, part: usize) -> f64 {
        share(self.part == Some(part))
    }

    /// As if it had begun at `from_ns`.
    pub(super) fn moments_since(&self, from_ns: u64) -> Moments {
        let Moments { sent_ns, done_ns, .. } = self.moments;
        Moments { intended_ns: from_ns, sent_ns: sent_ns.max(from_ns), done_ns }
    }
}

/// Which of `crossings` are counted in a part that begins at `from_ns` and has these samples: those that waited longer than
/// any of them.
///
/// To count them all would not do: of a request that is open at a moment, more than the usual time is seen (the inspection
/// paradox), and a slow but healthy server would get one request more for each user.
pub(super) fn carried_over(
    crossings: &[Crossing],
    from_ns: u64,
    endpoint: impl Fn(usize) -> Extent,
    all: Extent,
) -> impl Iterator<Item = &Crossing> {
    crossings.iter().filter(move |crossing| {
        let own = endpoint(crossing.endpoint);
        let compared = if own.samples >= ENOUGH_SAMPLES { own } else { all };
        crossing.since(from_ns).is_some_and(|waited_ns| compared.samples == 0 || waited_ns > compared.longest_ns)
    })
}

impl CarriedOver {
    /// One more; `None` becomes the first.
    pub(super) fn add(carried: &mut Option<CarriedOver>, moments: Moments) {
        let CarriedOver { requests, longest_s } = carried.get_or_insert_default();
        *requests += 1;
        let waited_s = moments.response_ns() as f64 / 1e9;
        *longest_s = Some(longest_s.map_or(waited_s, |longest_s| longest_s.max(waited_s)));
    }
}

#[cfg(test)]
mod tests;
