//! `connections = …` through the engine: how many connections a server sees at once and in all.

use std::sync::Arc;
use std::time::Duration;

use proofload::__internals::clock::WaitUntil;
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::http::HttpResources;
use proofload::__internals::measure::{IterationEnd, Measured};
use proofload::__internals::runner::http_resources;
use proofload::__internals::stop::Stop;
use proofload::__internals::user::{User, UserSlot};
use proofload::__internals::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};
use proofload_testing::http_server::{OK, Reply, ScriptedServer};

const USERS: usize = 6;
const REQUESTS: u64 = 60;

#[test]
fn each_user_keeps_a_connection_of_its_own() {
    let (measured, server) = run(Connections::PerUser);
    assert_eq!((measured.total.requests.ok, server.connections(), server.most_connections()), (REQUESTS, USERS, USERS));
}

#[test]
fn each_request_has_a_connection_of_its_own() {
    let (measured, server) = run(Connections::PerRequest);
    assert_eq!((measured.total.requests.ok, server.connections()), (REQUESTS, REQUESTS as usize));
}

/// However many worker threads there are: three over two is two and one, and a single one leaves one thread.
#[test]
fn all_users_share_exactly_as_many_connections_as_declared() {
    for most in [1, 3, 4] {
        let (measured, server) = run(Connections::Shared(most));
        assert_eq!(
            (measured.total.requests.ok, server.connections(), server.most_connections()),
            (REQUESTS, most, most)
        );
    }
}

/// Runs the users against a server that is slow enough for all of them to be there at once.
fn run(connections: Connections) -> (Measured, ScriptedServer) {
    let server = ScriptedServer::start(|_| Reply::send_after(Duration::from_millis(5), OK));
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(USERS)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(REQUESTS),
        timeout: Duration::from_secs(10),
        seed: 7,
        connections,
        http: HttpOptions::default(),
        mix: Mix::default(),
    };
    let test = OneRequest { base_url: server.url.clone(), workload: &workload };
    (offer(&test, &workload, &Stop::default(), &Arc::default()), server)
}

struct OneRequest<'a> {
    base_url: String,
    workload: &'a Workload,
}

impl Scenario for OneRequest<'_> {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, share: WorkerShare) -> HttpResources {
        http_resources(self.workload, share)
    }

    async fn run_worker_resources(&self, resources: &HttpResources, timer: &impl WaitUntil) {
        resources.run(timer).await;
    }

    async fn enter(&self, slot: UserSlot) -> Result<User, String> {
        Ok(User::new(slot))
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        match user.get(&self.base_url, "/").await {
            Ok(_) => IterationEnd::Completed,
            Err(error) => IterationEnd::FailedItself(error.to_string()),
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        Ok(())
    }
}
