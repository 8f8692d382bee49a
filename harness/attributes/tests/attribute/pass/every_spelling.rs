//! Every spelling that the attribute reads, for the registry to be asked about.

use std::time::Duration;

use proofload::prelude::*;

const SMALL_TEAM: usize = 7;
const SLOW: Duration = Duration::from_millis(2500);

/// The dashboard polls this
/// from every open browser tab.
///
/// A second paragraph is for readers of the source.
#[perf(
    kind = "load",
    users = 100, requests = 5_000, warmup = 500, ramp_up = 1m30s, timeout = 0.5s, seed = 42,
    markers = [slow, "smoke"], name = "the health page",
    success_rate >= 99.9%, error_rate <= 1%, throughput > 1_000/min, requests >= 100, failed < 10,
    min < 100us, mean<1s, median < "500ms", max <= 1h30m, stddev < 20ms, p95 < 800ms, p99.9 <= 1.5s,
)]
async fn health(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "benchmark", warmup = SLOW, timeout = SLOW, duration = "2s", ignore = "needs a quiet machine",
    p95("GET /config") < 800ms, p99.95("GET /a \"quoted\" <name>") < 2s, success_rate("GET /config") == 100%,
)]
async fn config(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "stress", users = [10, SMALL_TEAM], ignore = false)]
async fn multiplied(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "stress", requests = 5_000, p95 < 1s,
    case(users = 100, success_rate > 99%),
    case(users = 200, duration = 30s, p95 < 2s),
    case(name = "rush hour", users = 500),
)]
async fn cases(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

macro_rules! generated {
    ($name:ident, $users:literal, $bound:expr) => {
        #[perf(kind = "load", users = $users, mean < $bound)]
        async fn $name(user: &mut User) -> proofload::Result {
            let _ = user;
            Ok(())
        }
    };
}
generated!(by_a_macro, 3, "1s");

#[perf(kind = "load", ignore = true)]
#[allow(non_snake_case, reason = "other attributes stay where they are")]
async fn r#Type(user: &mut User) -> Result<(), proofload::Error> {
    let _ = user;
    Ok(())
}

#[fixture]
async fn greeting() -> String {
    "hello".to_owned()
}

#[perf(kind = "load")]
async fn with_a_fixture(user: &mut User, greeting: &String) -> proofload::Result {
    let _ = (user, greeting);
    Ok(())
}

#[perf(
    kind = "load", rate = [3_000/s, "60/min"], duration = 15s, max_in_flight = 800, overflow = shed, arrivals = poisson,
    repeat = 3, server_cpu < 150%, server_rss < 200MiB, server_rss_growth < 1MiB/min, cpu_per_request < 2ms,
    peak_throughput > 100/s,
)]
async fn open(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", stages(warm: 0/s -> 500/s over 30s, peak: 500/s for 60s, 500/s->0/s over 0.5s),
    p95("stage peak") < 200ms, p95("stage peak: GET /config") < 150ms,
)]
async fn ramp(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "stress",
    case(name = "users", stages(1 -> 50 over 10s, 50 for 60s), pace = 2s),
    case(name = "sweep", sweep(users = [1, 2, 5]), duration = 2s),
    case(name = "rates", sweep(rate = [100/s, 200/s])),
    case(users = 50, spawn_rate = 5/s),
    case(name = "half", rate = 50% of capacity, capacity(start = 20/s)),
    case(overflow = [queue, shed], rate = 5/s),
)]
async fn shapes(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "spike", spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s), recovery < 10s, p95("stage after") < 1s, degradation <= 150%)]
async fn surge(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "capacity", capacity(start = 50/s, probe = 5s, budget = 120s), max_in_flight = 500, capacity >= 800/s)]
async fn most(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "load", users = 5, case(connections = [per_user, per_request, shared(8), "shared(1_000)"]))]
async fn connections(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", users = 5, http2 = true, redirects = 5, cookies = true, proxy = "http://127.0.0.1:3128", ca = "ca.pem",
    case(name = "verified"),
    case(name = "in_version", http2 = [true, false]),
)]
async fn options(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "soak", duration = 1h, pace = SLOW)]
async fn long(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[fixture]
async fn farewell() -> String {
    "good-bye".to_owned()
}

#[perf(
    kind = "load", users = 4, requests = 400, order = one_after_the_other, versus(text = [greeting, farewell,],),
    p95("farewell") < 800ms, p95 <= 50% of "greeting", throughput>="95% of \"greeting\"", p99("farewell: GET /") < 200% of "greeting",
    case(name = "in turn", order = "interleaved", p95 <= 90% of "farewell", cpu_per_request <= 105.5% of "greeting"),
)]
async fn compared(user: &mut User, _text: &String) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(kind = "benchmark", p95 <= 110% of baseline, success_rate >= 99.9% of baseline, mean < 1s, mean < 200% of baseline)]
async fn stored(user: &mut User) -> proofload::Result {
    let _ = user;
    Ok(())
}

#[perf(
    kind = "load", median(value "confidence") > 0.6, p99.9(value "a \"quoted\" size") <= 1_000, min(value "drift")>=-0.5,
    total(value "cache hits") == 100,
    case(users = 5, mean(value "drift") < "0.25"),
)]
async fn values(user: &mut User) -> proofload::Result {
    user.record("confidence", 0.9);
    user.record("a \"quoted\" size", 3);
    user.record("drift", 0.1_f32);
    user.count("cache hits", 1);
    Ok(())
}

/// Its values are recorded elsewhere, so their names are checked when it runs.
#[perf(kind = "load", median(value "size") > 0.6)]
async fn values_elsewhere(user: &mut User) -> proofload::Result {
    user.record("sizes", 3);
    record_size(user);
    Ok(())
}

fn record_size(user: &User) {
    user.record("size", 3);
}

/// Three kinds of people.
#[perf(
    kind = "load", users = 100, mix(everyday = 7, busy = "2", r#match = 1_000,),
    p95("everyday") < 500ms, p95("busy", "GET /a, b") < 1s, mean("match", "iteration") < 2s, p95("everyone") < 3s,
    case(name = "patient", p95("everyday") < 2s),
    case(name = "strict", success_rate("busy") >= 100%),
)]
pub async fn mixed(_user: &mut User, greeting: &String) -> proofload::Result;

async fn everyday(_user: &mut User, _greeting: &String) -> proofload::Result {
    Ok(())
}

async fn busy(_user: &mut User, _greeting: &str) -> proofload::Result {
    Ok(())
}

async fn r#match(_user: &mut User, _greeting: &String) -> proofload::Result {
    Ok(())
}

mod inner {
    use proofload::prelude::*;

    #[perf(kind = "soak", success_rate > 99%, users = super::SMALL_TEAM)]
    pub(super) async fn health(user: &mut User) -> proofload::Result {
        let _ = user;
        Ok(())
    }
}

/// What others need, below them or in a module, under its own name or another.
mod needing {
    use proofload::prelude::*;

    #[perf(kind = "load", needs = [below, crate::every_spelling::inner::health, super::by_a_macro])]
    async fn above(user: &mut User) -> proofload::Result {
        let _ = user;
        Ok(())
    }

    #[perf(kind = "load", name = "under another name")]
    async fn below(user: &mut User) -> proofload::Result {
        let _ = user;
        Ok(())
    }
}
