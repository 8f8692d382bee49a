//! Offers a workload to a server in a child process, without attribute and verdict, and brings back all that both said.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use fixtures::serving::{configure, record};
use proofload::client::{Seat, Stop, User};
use proofload::engine::{self, Scenario};
use proofload::measure::{IterationEnd, Live, Measured, StageSummary, Summary, Times};
use proofload::metric::Percentile;
use proofload::server::{Server, ServerDecl, StageContext, on_stage, start};
use proofload::workload::{
    Arrivals, Connections, HttpOptions, Length, Overflow, Pace, Spacing, Stage, Warmup, Workload,
};
use serde_json::Value;

/// An open workload and the server it is offered to.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// The name of the fixture.
    pub(crate) server: &'static str,
    /// For the server's `/configure`.
    pub(crate) configure: &'static str,
    /// From, to, seconds.
    pub(crate) stages: Vec<(f64, f64, f64)>,
    pub(crate) max_in_flight: usize,
    pub(crate) timeout: Duration,
    /// Pacer lag, at the 99th percentile, above which the generator was not up to the plan: the run is invalid. The rule
    /// is 5 % of the tightest time limit, or a millisecond.
    pub(crate) longest_lag_s: f64,
}

impl Load {
    /// A constant rate.
    pub(crate) fn steady(server: &'static str, configure: &'static str, rate_per_s: f64, seconds: f64) -> Load {
        Load {
            server,
            configure,
            stages: vec![(rate_per_s, rate_per_s, seconds)],
            max_in_flight: 500,
            timeout: Duration::from_secs(10),
            longest_lag_s: 0.005,
        }
    }

    fn workload(&self) -> Workload {
        let stage = |&(from, to, seconds): &(f64, f64, f64)| Stage {
            name: None,
            from,
            to,
            over: Duration::from_secs_f64(seconds),
        };
        let stages: Vec<Stage> = self.stages.iter().map(stage).collect();
        let length = Length::Duration(stages.iter().map(|stage| stage.over).sum());
        let arrivals =
            Arrivals { stages, max_in_flight: self.max_in_flight, overflow: Overflow::Queue, spacing: Spacing::Even };
        let (warmup, timeout) = (Warmup::Requests(0), self.timeout);
        let (connections, http) = (Connections::PerUser, HttpOptions::default());
        Workload { pace: Pace::Arrivals(arrivals), warmup, length, timeout, seed: 42, connections, http }
    }

    /// Offers until the generator kept to the plan. A run whose figures are wrong is never done again.
    pub(crate) fn valid(&self) -> Offered {
        let mut reasons = Vec::new();
        for pause_s in 1..=5 {
            let offered = self.once();
            match offered.invalid(self.longest_lag_s) {
                None => return offered,
                Some(reason) => reasons.push(reason),
            }
            // Whatever disturbs the machine may be over by then.
            std::thread::sleep(Duration::from_secs(pause_s));
        }
        panic!("no run in 5 was valid on this machine:\n{}", reasons.join("\n"));
    }

    /// Offers once.
    pub(crate) fn once(&self) -> Offered {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let context = StageContext { output_dir: folder.path().join("servers"), started: Rc::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let offered = runtime.block_on(on_stage(context, self.offer()));
        offered.unwrap_or_else(|error| panic!("{}: {error}", self.server))
    }

    async fn offer(&self) -> proofload::Result<Offered> {
        let mut declared = inventory::iter::<ServerDecl>.into_iter();
        let decl = declared.find(|decl| decl.name == self.server && decl.module_path.starts_with("fixtures"));
        let server = start(decl.expect("the server is declared")).await?;
        configure(&server, self.configure).await?;
        let (scenario, workload) = (Ask(server.clone()), self.workload());
        let offering = move || engine::offer(&scenario, &workload, &Stop::default(), &Arc::new(Live::default()));
        let measured = tokio::task::spawn_blocking(offering).await?;
        let record = record(&server).await?;
        server.stop().await?;
        Ok(Offered { measured, server: record })
    }
}

/// Each user asks for one page, again and again.
struct Ask(Server);

impl Scenario for Ask {
    type User = User;

    async fn enter(&self, seat: Seat) -> Result<User, String> {
        User::new(seat).map_err(|error| error.to_string())
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        match user.get(&self.0, "/").await {
            Ok(_) => IterationEnd::Completed,
            Err(_) => IterationEnd::FailedAtRequest,
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        Ok(())
    }
}

/// What the harness measured, and what the server did.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) measured: Measured,
    pub(crate) server: Value,
}

impl Offered {
    pub(crate) fn total(&self) -> &Summary {
        &self.measured.total
    }

    pub(crate) fn stage(&self, index: usize) -> &StageSummary {
        &self.measured.stages[index]
    }

    /// The 99th percentile of the pacer's lag.
    pub(crate) fn lag_s(&self) -> f64 {
        self.measured.generator.pacer_lag.percentile_s(percentile(0.99)).expect("arrivals have lags")
    }

    fn invalid(&self, longest_lag_s: f64) -> Option<String> {
        let generator = &self.measured.generator;
        if self.lag_s() > longest_lag_s {
            return Some(format!("the pacer's lag was {:.6} s", self.lag_s()));
        }
        if !generator.own_errors.is_empty() {
            return Some(format!("the generator's own errors: {:?}", generator.own_errors));
        }
        let sent = generator.sent.zip(generator.planned);
        let sent_share = sent.map_or(1.0, |(sent, planned)| sent as f64 / planned as f64);
        (sent_share < 0.99).then(|| format!("only {sent_share} of the plan were sent"))
    }

    /// The server's list of numbers called `name`.
    pub(crate) fn served(&self, name: &str) -> Vec<f64> {
        let list = self.server[name].as_array().unwrap_or_else(|| panic!("no {name} in {}", self.server));
        list.iter().filter_map(Value::as_f64).collect()
    }
}

/// 0 to 1, exclusive.
pub(crate) fn percentile(q: f64) -> Percentile {
    Percentile::new(q * 100.0).expect("a percentile between 0 and 100")
}

/// Fails unless the percentile is as expected; prints all three, so that a log shows how much of the tolerance was needed.
#[track_caller]
pub(crate) fn reads(times: &Times, q: f64, expected_s: f64, tolerance_s: f64) {
    let actual_s = times.percentile_s(percentile(q)).expect("there are samples");
    is_near(&format!("p{}", q * 100.0), actual_s, expected_s, tolerance_s);
}

/// As [`reads`], for any figure.
#[track_caller]
pub(crate) fn is_near(what: &str, actual: f64, expected: f64, tolerance: f64) {
    println!("    {what}: {actual:.6}, truth {expected:.6} ± {tolerance:.6}");
    assert!((actual - expected).abs() <= tolerance, "{what} is {actual:.6}, not {expected:.6} ± {tolerance:.6}");
}
