//! Kept connections that the server closes.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use proofload_testing::http_server::Reply;

use super::server::TestServer;
use super::test_user::{MS, TestUser, pass_time};
use crate::user::User;

/// A server on a thread of its own that answers one request of each connection, and closes it when the test says so.
struct ClosingServer {
    base_url: String,
    /// The requests that it has read.
    seen: Arc<AtomicUsize>,
    close: Sender<()>,
    closed: Receiver<()>,
}

impl ClosingServer {
    fn start() -> ClosingServer {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let (seen, (close, told_to), (closes, closed)) = (Arc::<AtomicUsize>::default(), channel(), channel());
        let counted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counted.fetch_add(usize::from(stream.read(&mut [0; 4096]).unwrap() > 0), Ordering::SeqCst);
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
                let Ok(()) = told_to.recv() else { break };
                drop(stream);
                closes.send(()).unwrap();
            }
        });
        ClosingServer { base_url, seen, close, closed }
    }

    /// Closes the connection while this thread is busy, so that its reactor does not see it.
    fn close(&self) {
        self.close.send(()).unwrap();
        self.closed.recv().unwrap();
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_closed_connection_is_noticed_before_it_is_used_although_the_thread_was_busy() {
    let server = ClosingServer::start();
    let mut test = TestUser::new();
    for _ in 0..3 {
        test.user.post(&server.base_url, "/").text("one").await.unwrap();
        server.close();
        // Long enough for the connection to be looked at.
        std::thread::sleep(MS(1));
    }
    let measured = test.measured();
    assert_eq!((measured.total.requests.ok, measured.generator.resent, server.seen()), (3, 0, 3));
}

/// Asks twice; the second request is sent on a connection that the server has closed just now.
async fn ask_a_server_that_closes(ask: impl AsyncFn(&mut User, &str)) -> (TestUser, usize) {
    let server = ClosingServer::start();
    let mut test = TestUser::new();
    // For the clock no time passes, so the connection is not looked at.
    tokio::time::pause();
    ask(&mut test.user, &server.base_url).await;
    server.close();
    ask(&mut test.user, &server.base_url).await;
    tokio::time::resume();
    (test, server.seen())
}

#[tokio::test]
async fn a_safe_request_that_the_server_cannot_have_seen_is_sent_again_however_short_the_connection_was_idle() {
    let (test, seen) = ask_a_server_that_closes(async |user, url| user.get(url, "/").await.map(drop).unwrap()).await;
    let measured = test.measured();
    assert_eq!((measured.total.requests.ok, measured.generator.resent, seen), (2, 1, 2));
}

#[tokio::test]
async fn a_request_that_changes_the_server_is_not_sent_again_even_if_it_cannot_have_been_seen() {
    let (test, seen) = ask_a_server_that_closes(async |user, url| drop(user.post(url, "/").text("a").await)).await;
    let measured = test.measured();
    assert_eq!((measured.total.requests.ok, measured.generator.resent, seen), (1, 0, 1));
    assert_eq!(measured.total.failures["connection closed before the answer"], 1);
}

#[tokio::test]
async fn a_connection_is_not_used_for_longer_than_the_server_said_it_keeps_it() {
    let act = Reply::send("HTTP/1.1 200 OK\r\nkeep-alive: timeout=2, max=99\r\ncontent-length: 0\r\n\r\n");
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    for (pause, connections) in [(0, 1), (1_500, 1), (1_950, 2), (2_500, 3)] {
        pass_time(MS(pause)).await;
        test.user.post(&server.base_url, "/").text("one").await.unwrap();
        assert_eq!(server.connections(), connections, "after {pause} ms");
    }
}

#[tokio::test]
async fn a_connection_that_the_server_keeps_for_no_time_is_not_kept() {
    let act = Reply::send("HTTP/1.1 200 OK\r\nKeep-Alive: max=5,timeout=0\r\ncontent-length: 0\r\n\r\n");
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        test.user.get(&server.base_url, "/").await.unwrap();
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_again_says_how_long_its_connection_was_idle() {
    let server = TestServer::start(|number| match number {
        0 => Reply::response("200 OK", ""),
        _ => Reply::close(""),
    })
    .await;
    let mut test = TestUser::new();
    test.user.post(&server.base_url, "/").text("one").await.unwrap();
    pass_time(MS(2_010)).await;
    let error = test.user.post(&server.base_url, "/").text("two").await.unwrap_err();
    let said = "connection closed before the answer; it had been idle for 2.0 s";
    assert_eq!(error.to_string(), format!("POST /: {said}"));
    assert_eq!(test.measured().total.failures[said], 1);
}
