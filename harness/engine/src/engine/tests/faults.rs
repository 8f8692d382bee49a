//! The law of conservation under every mix of faults and every workload model.

use std::sync::atomic::AtomicU64;

use proptest::prelude::*;

use super::fake::OpenRequest;
use super::support::*;
use crate::engine::scenario::Scenario;
use crate::engine::share::WorkerShare;
use crate::measure::{Counts, Fate, IterationEnd};
use crate::seeded::{SplitMix64, unit};
use crate::user::UserSlot;
use crate::workload::{Arrivals, Overflow, Spacing, Stage};

/// What becomes of one request.
const FAULTS: [&str; 5] = ["status 503", "connection reset", "check: a full page", "timed out", "slow"];
const TIMEOUT: Duration = Duration::from_millis(300);

/// Sends one or two requests in an iteration, makes the given shares of them fail, and counts them itself.
#[derive(Debug)]
struct FaultyScenario {
    shares: [f64; FAULTS.len()],
    seed: u64,
    /// Requests that were sent; the number is also what the next choice is made from.
    sent: AtomicU64,
    /// How many of those have ended: by fault, and without one at the last place.
    ended: [AtomicU64; FAULTS.len() + 1],
}

impl FaultyScenario {
    /// The index of the fault of the request with this number; `FAULTS.len()` for a request without one.
    fn choose(&self, number: u64) -> usize {
        let mut left = unit(SplitMix64::nth(self.seed, number));
        let broken = self.shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        broken.unwrap_or(FAULTS.len())
    }

    async fn request(&self, slot: &UserSlot<()>) -> IterationEnd {
        let fault = self.choose(self.sent.fetch_add(1, Ordering::Relaxed));
        let open = OpenRequest::new(slot);
        let took = match FAULTS.get(fault) {
            Some(&"timed out") => slot.timeout,
            Some(&"slow") => slot.timeout - MS(1),
            _ => MS(5),
        };
        tokio::time::sleep(took).await;
        self.ended[fault].fetch_add(1, Ordering::Relaxed);
        let (fate, end) = match FAULTS.get(fault) {
            Some(&"timed out") => (Fate::TimedOut, IterationEnd::FailedAtRequest),
            Some(cause @ (&"status 503" | &"connection reset")) => {
                (Fate::Failed((*cause).to_owned()), IterationEnd::FailedAtRequest)
            }
            _ => (Fate::Ok, IterationEnd::Completed),
        };
        open.close(fate);
        if FAULTS.get(fault) == Some(&"check: a full page") {
            slot.log.fail_last(FAULTS[fault].to_owned());
            return IterationEnd::FailedAtRequest;
        }
        end
    }

    fn ended(&self, name: &str) -> u64 {
        let place = FAULTS.iter().position(|fault| *fault == name).unwrap_or(FAULTS.len());
        self.ended[place].load(Ordering::Relaxed)
    }
}

impl Scenario for FaultyScenario {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        match self.request(slot).await {
            IterationEnd::Completed if slot.number.is_multiple_of(2) => self.request(slot).await,
            end => end,
        }
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

fn mixes() -> impl Strategy<Value = FaultyScenario> {
    let share = || prop_oneof![1 => Just(0.0), 3 => 0.0f64..1.0];
    let shares = [(); FAULTS.len()].map(|()| share());
    (shares, 0.0f64..=1.0, any::<u64>()).prop_map(|(weights, all, seed)| {
        let sum = weights.iter().sum::<f64>().max(1e-9);
        let shares = weights.map(|weight| all * weight / sum);
        FaultyScenario { shares, seed, sent: AtomicU64::default(), ended: Default::default() }
    })
}

fn lengths() -> impl Strategy<Value = RunLength> {
    prop_oneof![(8u64..120).prop_map(RunLength::Requests), (1u64..1_500).prop_map(|ms| RunLength::Duration(MS(ms)))]
}

fn closed() -> impl Strategy<Value = Workload> {
    let pace = prop_oneof![Just(None), (1u64..100).prop_map(|ms| Some(MS(ms)))];
    (1usize..8, lengths(), pace, 0u64..9).prop_map(|(users, length, every, warmup)| {
        let model = LoadModel::Closed(Users { every, ..Users::at_once(users) });
        Workload { model, warmup: Warmup::Requests(warmup), timeout: TIMEOUT, ..workload(users, length) }
    })
}

fn open() -> impl Strategy<Value = Workload> {
    let overflow = prop_oneof![Just(Overflow::Queue), Just(Overflow::Shed)];
    let spacing = prop_oneof![Just(Spacing::Even), Just(Spacing::Poisson)];
    (1.0f64..150.0, 1u64..1_500, 1usize..20, overflow, spacing).prop_map(|(per_s, ms, cap, overflow, spacing)| {
        let stages = vec![Stage::steady(per_s, MS(ms))];
        let model = LoadModel::Open(Arrivals { stages, max_in_flight: cap, overflow, spacing });
        Workload { model, timeout: TIMEOUT, ..workload(1, RunLength::Duration(MS(ms))) }
    })
}

/// Runs in paused time and on this thread, outside any runtime.
fn measure_in_paused_time(faulty: &FaultyScenario, plan: &Workload) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(measure(faulty, plan, &Stop::default()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn under_every_mix_of_faults_each_request_ends_in_one_place(
        faulty in mixes(), plan in prop_oneof![closed(), open()],
    ) {
        let measured = measure_in_paused_time(&faulty, &plan);
        let (total, outside) = (measured.total.requests, measured.outside);
        prop_assert!(total.is_conserved() && outside.is_conserved(), "{:?} {:?}", total, outside);
        let sent_of = |counts: Counts| counts.intended - counts.never_sent;
        let (sent, ended) = (faulty.sent.load(Ordering::Relaxed), total.ended() + outside.ended());
        prop_assert_eq!(sent_of(total) + sent_of(outside), sent);
        prop_assert_eq!(ended + total.in_flight_at_end + outside.in_flight_at_end, sent);
        prop_assert_eq!(faulty.ended.iter().map(|count| count.load(Ordering::Relaxed)).sum::<u64>(), ended);
        prop_assert_eq!(total.ok + outside.ok, faulty.ended("ok") + faulty.ended("slow"));
        prop_assert_eq!(total.timed_out + outside.timed_out, faulty.ended("timed out"));
        let of_endpoints: u64 = measured.endpoints.iter().map(|endpoint| sent_of(endpoint.requests)).sum();
        prop_assert_eq!(of_endpoints, sent_of(total));
        let causes: u64 = measured.total.failures.values().sum();
        prop_assert_eq!(causes, total.not_ok() - total.never_sent);
        // Without a warm-up each cause is counted as often as it happened.
        for cause in &FAULTS[..3] {
            let reported = measured.total.failures.get(*cause).copied().unwrap_or_default();
            let hidden = faulty.ended(cause) - reported;
            prop_assert!(hidden <= outside.failed, "{}: {} of {}", cause, reported, faulty.ended(cause));
        }
    }
}
