//! A generator that runs out of file descriptors blames itself. Alone in its file, because a process has one limit.

use std::fs::File;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use proofload::__internals::clock::Clock;
use proofload::__internals::http::{ConnectionPolicy, HttpResources, TransportOptions};
use proofload::__internals::load_part::PartShare;
use proofload::__internals::measure::UserLog;
use proofload::__internals::stop::Stop;
use proofload::__internals::user::{User, UserSlot};

fn slot() -> UserSlot {
    let (log, set_up_log, timeout) = (UserLog::detached(), UserLog::detached(), Duration::from_secs(5));
    let resources = Rc::new(HttpResources::new(timeout, ConnectionPolicy::default(), TransportOptions::default()));
    let (part, clock, stop) = (PartShare::WHOLE, Clock::start(), Stop::default());
    UserSlot { number: 0, part, seed: 1, log, set_up_log, clock, stop, timeout, resources }
}

#[tokio::test]
async fn without_descriptors_a_request_is_our_own_failing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (_, hard) = rlimit::Resource::NOFILE.get().unwrap();
    rlimit::Resource::NOFILE.set(hard.min(64), hard).unwrap();
    let _taken = std::iter::from_fn(|| File::open("/dev/null").ok()).collect::<Vec<_>>();
    let error = User::new(slot()).get(&base_url, "/").await.unwrap_err();
    assert_eq!(error.to_string(), "GET /: no file descriptors left");
}
