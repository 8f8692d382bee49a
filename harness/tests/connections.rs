//! `connections = …` through the engine: how many connections a server sees at once and in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofload::clock::Clock;

use proofload::http::HttpResources;

use proofload::stop::Stop;

use proofload::engine::{Scenario, WorkerShare, offer};
use proofload::measure::{IterationEnd, Measured};
use proofload::user::{User, UserSlot};
use proofload::workload::{Connections, HttpOptions, LoadModel, RunLength, Users, Warmup, Workload};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const USERS: usize = 6;
const REQUESTS: u64 = 60;

#[test]
fn each_user_keeps_a_connection_of_its_own() {
    let (measured, seen) = run(Connections::PerUser);
    assert_eq!((measured.total.requests.ok, seen.opened(), seen.most()), (REQUESTS, USERS, USERS));
}

#[test]
fn each_request_has_a_connection_of_its_own() {
    let (measured, seen) = run(Connections::PerRequest);
    assert_eq!((measured.total.requests.ok, seen.opened()), (REQUESTS, REQUESTS as usize));
}

/// However many worker threads there are: three over two is two and one, and a single one leaves one thread.
#[test]
fn all_users_share_exactly_so_many_connections() {
    for most in [1, 3, 4] {
        let (measured, seen) = run(Connections::Shared(most));
        assert_eq!((measured.total.requests.ok, seen.opened(), seen.most()), (REQUESTS, most, most));
    }
}

/// Runs the users against a server that takes its time, so that all who may be there at once are.
fn run(connections: Connections) -> (Measured, Arc<Seen>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let seen = Arc::new(Seen::default());
    runtime.spawn(serve(listener, Arc::clone(&seen)));
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(USERS)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(REQUESTS),
        timeout: Duration::from_secs(10),
        seed: 7,
        connections,
        http: HttpOptions::default(),
    };
    (offer(&Asks { base_url, connections }, &workload, &Stop::default(), &Arc::default()), seen)
}

struct Asks {
    base_url: String,
    connections: Connections,
}

impl Scenario for Asks {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, share: WorkerShare) -> HttpResources {
        HttpResources::with_options(
            Duration::from_secs(10),
            self.connections.share((share.index, share.workers)),
            HttpOptions::default(),
        )
    }

    async fn run_worker_resources(&self, network: &HttpResources, clock: Clock) {
        network.run(clock).await;
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

#[derive(Default)]
struct Seen {
    opened: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Seen {
    fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

async fn serve(listener: TcpListener, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.opened.fetch_add(1, Ordering::SeqCst);
        let open = seen.open.fetch_add(1, Ordering::SeqCst) + 1;
        seen.most.fetch_max(open, Ordering::SeqCst);
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            let ended = converse(stream).await;
            seen.open.fetch_sub(1, Ordering::SeqCst);
            ended
        });
    }
}

/// Answers whatever comes in one piece, which is what a request without a body does.
async fn converse(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 4096];
    while stream.read(&mut request).await? > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await?;
    }
    Ok(())
}
