//! Requests whose bodies are long: what the server says while they are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use proofload_testing::http_server::{Reply, read_head, serve_raw};

use super::server::TestServer;
use super::test_user::{MS, TestUser};
use crate::http::{Body, ConnectionPolicy, TransportOptions};

const MIB: usize = 1024 * 1024;
/// More than the system takes before the other side reads.
const LONG: usize = 32 * MIB;

async fn echo(mut stream: TcpStream) {
    let first = read_head(&mut stream).await;
    stream.set_nodelay(true).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LONG}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&first).await.unwrap();
    let (reader, mut writer) = stream.split();
    let mut reader = reader.take((LONG - first.len()) as u64);
    drop(tokio::io::copy(&mut reader, &mut writer).await);
}

#[tokio::test]
async fn an_answer_is_read_while_the_request_is_still_written() {
    let url = serve_raw(echo).await;
    let mut test = TestUser::with_timeout(MS(20_000));
    let body: Vec<u8> = (0..LONG).map(|byte| (byte % 251) as u8).collect();
    let sending = test.user.post(&url, "/echo").bytes(&body).into_future();
    let response = tokio::time::timeout(MS(10_000), sending).await.expect("neither waits for the other").unwrap();
    assert!(response.bytes() == body);
    let total = test.measured().total;
    assert_eq!((total.bytes_sent, total.bytes_received), (LONG as u64, LONG as u64));
}

#[tokio::test]
async fn an_early_answer_ends_the_request_and_its_connection() {
    let connections = Arc::new(AtomicUsize::new(0));
    let opened = Arc::clone(&connections);
    let url = serve_raw(move |mut stream| {
        opened.fetch_add(1, Ordering::Relaxed);
        async move {
            read_head(&mut stream).await;
            let answer = "HTTP/1.1 413 Content Too Large\r\ncontent-length: 4\r\n\r\nlong";
            stream.write_all(answer.as_bytes()).await.unwrap();
            // It reads nothing more, and keeps the connection open.
            std::future::pending::<()>().await;
        }
    })
    .await;
    let mut test = TestUser::new();
    let body = vec![7; LONG];
    for _ in 0..2 {
        let sending = test.user.post(&url, "/upload").bytes(&body).expect(413).into_future();
        let response = tokio::time::timeout(MS(5_000), sending).await.expect("the answer is there").unwrap();
        assert_eq!(response.text().unwrap(), "long");
    }
    assert_eq!(connections.load(Ordering::Relaxed), 2, "a connection with half a request on it carries no other");
    let total = test.measured().total;
    assert_eq!((total.requests.ok, total.bytes_received), (2, 8));
    assert!((1..2 * LONG as u64).contains(&total.bytes_sent), "{} bytes were sent", total.bytes_sent);
}

#[tokio::test]
async fn an_early_answer_counts_even_if_the_server_closes_after_it() {
    for framing in ["content-length: 4\r\n", "", "transfer-encoding: chunked\r\n"] {
        let url = serve_raw(move |mut stream| async move {
            read_head(&mut stream).await;
            let body = if framing.contains("chunked") { "4\r\nlong\r\n0\r\n\r\n" } else { "long" };
            let answer = format!("HTTP/1.1 413 Content Too Large\r\n{framing}\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
            // What it has not read resets the connection.
        })
        .await;
        let mut test = TestUser::new();
        let body = vec![7; 4 * MIB];
        for _ in 0..20 {
            drop(test.user.post(&url, "/upload").bytes(&body).await);
        }
        let failures = test.measured().total.failures;
        assert_eq!(failures.get("status 413"), Some(&20), "{framing:?}: {failures:?}");
    }
}

#[tokio::test]
async fn an_early_refusal_counts_even_if_the_server_resets_the_connection_after_it() {
    for (framing, body) in
        [("content-length: 4\r\n", "long"), ("", "long"), ("transfer-encoding: chunked\r\n", "4\r\nlong\r\n0\r\n\r\n")]
    {
        let url = serve_raw(move |mut stream| async move {
            read_head(&mut stream).await;
            let answer = format!("HTTP/1.1 413 Content Too Large\r\n{framing}\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
            // The client reads the answer first, or does not.
            tokio::task::yield_now().await;
            stream.set_zero_linger().unwrap();
        })
        .await;
        for length in [1, 64 * 1024, 4 * MIB] {
            let mut test = TestUser::with_connections(ConnectionPolicy::PerRequest);
            let body = vec![7; length];
            for _ in 0..20 {
                drop(test.user.post(&url, "/upload").bytes(&body).await);
            }
            let failures = test.measured().total.failures;
            assert_eq!(failures.get("status 413"), Some(&20), "{framing:?}, {length} bytes: {failures:?}");
        }
    }
}

#[tokio::test]
async fn a_shared_body_arrives_whole_over_both_transports() {
    let body = Body::from(b"shared".to_vec());
    let reqwest = TransportOptions { cookies: cfg!(feature = "reqwest"), ..TransportOptions::default() };
    for options in [TransportOptions::default(), reqwest] {
        let server = TestServer::always(Reply::response("200 OK", "")).await;
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        for _ in 0..2 {
            test.user.put(&server.base_url, "/").header("content-type", "video/mp4").body(&body).await.unwrap();
        }
        for request in server.requests() {
            let lines = ["content-type: video/mp4\r\n", "content-length: 6\r\n"];
            assert!(
                lines.iter().all(|line| request.contains(line)) && request.ends_with("\r\n\r\nshared"),
                "{request}"
            );
        }
        assert_eq!(test.measured().total.bytes_sent, 12);
    }
}
