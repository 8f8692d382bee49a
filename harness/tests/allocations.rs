//! In the steady state a request allocates nothing. Alone in its file, because a process has one allocator.
//!
//! Allocations are counted by thread: the server answers from other threads, so only the generator's own are seen.

#![allow(unsafe_code, reason = "an allocator cannot be written without it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofload::__internals::clock::{Clock, WaitUntil};
use proofload::__internals::engine::{Scenario, WorkerShare, offer};
use proofload::__internals::http::{ConnectionPolicy, HttpResources, TransportOptions};
use proofload::__internals::measure::{IterationEnd, UserLog};
use proofload::__internals::user::{User, UserSlot};
use proofload::__internals::workload::{
    Connections, HttpOptions, LoadModel, Mix, RunLength, UserClass, Users, Warmup, Workload,
};
use proofload::__internals::{load_part::PartShare, stop::Stop};
use proofload_testing::http_server::{Received, Reply, ScriptedServer};

/// The system's allocator, and how often each thread asks it for memory.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is done by the system's allocator; counting allocates nothing, as a constant cell needs no set-up.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(memory, layout, new_size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

/// What this thread has allocated so far.
fn allocations() -> u64 {
    ALLOCATIONS.with(Cell::get)
}

const WARM_UP: usize = 100;
const REQUESTS: usize = 1_000;

#[test]
fn what_a_thread_allocates_is_counted_for_that_thread() {
    let before = allocations();
    drop(black_box(Box::new(before)));
    assert_eq!(allocations() - before, 1);
    let elsewhere = std::thread::spawn(|| (0..1_000).for_each(|number| drop(black_box(Box::new(number)))));
    elsewhere.join().expect("it does not panic");
    assert!(allocations() - before < 1_000, "starting a thread takes a few");
}

/// What a request of one form allocates.
type Shape<'a> = (&'a str, u64);

#[test]
fn a_request_allocates_nothing_once_its_user_is_warm() {
    let server = serve().url;
    let shapes = [requests_without_a_body(&server), requests_with_more(&server), answers(&server)].concat();
    let allocating: Vec<_> = shapes.iter().filter(|(_, allocations)| *allocations != 0).collect();
    assert!(allocating.is_empty(), "allocations of {REQUESTS} iterations: {allocating:?}");
}

fn requests_without_a_body(server: &str) -> Vec<Shape<'static>> {
    let shared = ConnectionPolicy::Shared(1);
    vec![
        ("GET", shape(server, &async |user, server| user.get(server, "/health").await.map(drop))),
        (
            "GET, named",
            shape(server, &async |user, server| {
                user.get(server, "/workflows/7?limit=20").named("GET /workflows/{id}").await.map(drop)
            }),
        ),
        (
            "GET of two endpoints in turn",
            shape(server, &async |user, server| {
                user.get(server, "/health").await?;
                user.get(server, "/config").await.map(drop)
            }),
        ),
        (
            "GET over a shared connection",
            shape_over(shared, server, &async |user, server| user.get(server, "/health").await.map(drop)),
        ),
        (
            "GET, with a value and a count",
            shape(server, &async |user, server| {
                user.get(server, "/health").await?;
                user.record("share", user.number() as f64 + 0.93);
                user.count("hits", 1);
                Ok(())
            }),
        ),
        ("GET of a new path each time", {
            let (paths, next) = (Vec::from_iter((0..5_000).map(|id| format!("/items/{id}"))), Cell::new(0));
            shape(server, &async |user, server| {
                // The first iteration has more names than a test may have.
                let number = if next.get() == 0 { 2_000 } else { 1 };
                for path in &paths[next.get()..][..number] {
                    user.get(server, path).await?;
                }
                next.set(next.get() + number);
                Ok(())
            })
        }),
        ("HEAD", shape(server, &async |user, server| user.head(server, "/health").await.map(drop))),
    ]
}

fn requests_with_more(server: &str) -> Vec<Shape<'static>> {
    vec![
        (
            "POST of JSON",
            shape(server, &async |user, server| {
                user.post(server, "/workflows").json(&("nightly", [1, 2, 3])).await.map(drop)
            }),
        ),
        (
            "GET with a token and a header",
            shape(server, &async |user, server| {
                user.get(server, "/health").bearer("secret").header("x-number", 7).await.map(drop)
            }),
        ),
        (
            "GET with parameters, of a status",
            shape(server, &async |user, server| {
                let workflows = user.get(server, "/workflows").query(&[("limit", 20), ("page", 3)]);
                workflows.expect(200).timeout(Duration::from_secs(50)).body_limit(100).await.map(drop)
            }),
        ),
    ]
}

fn answers(server: &str) -> Vec<Shape<'static>> {
    vec![
        (
            "GET in chunks",
            shape(server, &async |user, server| {
                let answer = user.get(server, "/chunked").await?;
                user.check("all chunks", answer.bytes() == b"hello, world")
            }),
        ),
        (
            "GET of 100 KiB",
            shape(server, &async |user, server| {
                let answer = user.get(server, "/large").await?;
                user.check("all of it", answer.bytes().len() == LARGE_BYTES)
            }),
        ),
        (
            "GET and checks",
            shape(server, &async |user, server| {
                let answer = user.get(server, "/health").await?;
                user.check("its status", answer.status() == 200)?;
                user.check("its type", answer.header("content-type") == Some("text/plain"))?;
                user.check("its text", answer.text()? == "ok")
            }),
        ),
    ]
}

/// What many iterations of one user allocate, after some that are not counted.
fn shape(server: &str, iteration: &impl AsyncFn(&mut User, &str) -> proofload::Result) -> u64 {
    shape_over(ConnectionPolicy::PerUser, server, iteration)
}

fn shape_over(
    policy: ConnectionPolicy,
    server: &str,
    iteration: &impl AsyncFn(&mut User, &str) -> proofload::Result,
) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let slot = slot(policy);
        let (resources, clock) = (Rc::clone(&slot.resources), slot.clock);
        let mut user = User::new(slot);
        let work = async {
            for _ in 0..WARM_UP {
                iteration(&mut user, server).await.expect("the server answers");
            }
            let before = allocations();
            for _ in 0..REQUESTS {
                iteration(&mut user, server).await.expect("the server answers");
            }
            allocations() - before
        };
        tokio::select! {
            () = resources.run(&clock) => unreachable!("it never ends"),
            allocations = work => allocations,
        }
    })
}

fn slot(policy: ConnectionPolicy) -> UserSlot {
    let (part, timeout, stop) = (PartShare::WHOLE, Duration::from_secs(60), Stop::default());
    let resources = Rc::new(HttpResources::new(timeout, policy, TransportOptions::default()));
    let (clock, log, set_up_log) = (Clock::start(), UserLog::detached(), UserLog::detached());
    UserSlot { number: 0, part, seed: 1, log, set_up_log, clock, stop, timeout, resources }
}

/// With the engine's accounting, only the timeline of the seconds grows: with time, and with new service times.
#[test]
fn a_request_through_the_engine_allocates_only_for_the_timeline() {
    check_engine(Mix::default());
}

/// Each class of users has a timeline.
#[test]
fn a_request_of_a_class_of_users_allocates_only_for_the_timeline() {
    let class = |(name, weight): (&str, u32)| UserClass { name: name.to_owned(), weight };
    check_engine(Mix::new([("everyday", 3), ("busy", 1)].map(class).into()));
}

fn check_engine(mix: Mix) {
    let load = Load { server: serve().url, watched: Mutex::default() };
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(8)),
        warmup: Warmup::Requests(0),
        length: RunLength::Requests(20_000),
        timeout: Duration::from_secs(60),
        seed: 7,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix,
    };
    let measured = offer(&load, &workload, &Stop::default(), &Arc::default());
    assert_eq!(measured.total.requests.ok, 20_000);
    let watched = load.watched.into_inner().expect("no panic while it is locked");
    let (iterations, allocating, allocations) = watched.iter().fold((0, 0, 0), |sum, thread| {
        (sum.0 + thread.iterations, sum.1 + thread.allocating, sum.2 + thread.allocations)
    });
    let per_request = allocations as f64 / iterations as f64;
    println!(
        "{allocations} allocations of {iterations} requests, {per_request:.4} each; {allocating} requests allocated"
    );
    assert!(iterations > 10_000);
    assert!(allocating < iterations / 4, "{allocating} of {iterations} requests allocated");
}

/// A load whose worker threads watch what they allocate from one iteration to the next.
struct Load {
    server: String,
    watched: Mutex<Vec<Watch>>,
}

/// What one worker thread has seen.
#[derive(Debug, Clone, Copy, Default)]
struct Watch {
    begun: u64,
    iterations: u64,
    /// Iterations after which there was more memory than before.
    allocating: u64,
    allocations: u64,
    /// What had been allocated when the last one began.
    last: u64,
}

thread_local! {
    static WATCH: Cell<Watch> = const { Cell::new(Watch { begun: 0, iterations: 0, allocating: 0, allocations: 0, last: 0 }) };
}

impl Scenario for Load {
    type User = User;
    type WorkerResources = HttpResources;

    fn worker_resources(&self, _share: WorkerShare) -> HttpResources {
        HttpResources::new(Duration::from_secs(60), ConnectionPolicy::PerUser, TransportOptions::default())
    }

    async fn run_worker_resources(&self, resources: &HttpResources, timer: &impl WaitUntil) {
        resources.run(timer).await;
    }

    async fn enter(&self, slot: UserSlot) -> Result<User, String> {
        Ok(User::new(slot))
    }

    async fn iterate(&self, user: &mut User) -> IterationEnd {
        watch();
        match user.get(&self.server, "/health").await {
            Ok(_) => IterationEnd::Completed,
            Err(error) => IterationEnd::FailedItself(error.to_string()),
        }
    }

    async fn leave(&self, _user: User) -> Result<(), String> {
        // The first to leave reports for its thread.
        let watch = WATCH.take();
        if watch.iterations > 0 {
            self.watched.lock().map_err(|error| error.to_string())?.push(watch);
        }
        Ok(())
    }
}

fn watch() {
    let (mut watch, now) = (WATCH.get(), allocations());
    watch.begun += 1;
    if watch.begun > WARM_UP as u64 * 8 {
        watch.iterations += 1;
        watch.allocating += u64::from(now > watch.last);
        watch.allocations += now - watch.last;
    }
    watch.last = now;
    WATCH.set(watch);
}

const LARGE_BYTES: usize = 100 * 1024;

fn serve() -> ScriptedServer {
    ScriptedServer::start(reply_to)
}

fn reply_to(received: &Received) -> Reply {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
    match received.path.as_str() {
        "/chunked" => Reply::send(format!(
            "{head}transfer-encoding: chunked\r\n\r\n7\r\nhello, \r\n5;a=b\r\nworld\r\n0\r\nx-sum: 1\r\n\r\n"
        )),
        "/large" => Reply::send(format!("{head}content-length: {LARGE_BYTES}\r\n\r\n{}", "x".repeat(LARGE_BYTES))),
        _ if received.method == "HEAD" => Reply::send(format!("{head}content-length: 2\r\n\r\n")),
        _ => Reply::send(format!("{head}content-length: 2\r\n\r\nok")),
    }
}
