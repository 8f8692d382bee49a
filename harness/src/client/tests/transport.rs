//! The reasons that the transport gives when there is no answer.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::server::{Act, TestServer, answer, nobody};
use crate::client::EVENT_INTERVAL;
use crate::client::transport::{Connection, Incoming, Outgoing, Traffic, Transport, TransportError};

fn outgoing(method: Method, base_url: &str) -> Outgoing {
    let url = format!("{base_url}/thing").parse().unwrap();
    Outgoing { method, url, headers: HeaderMap::new(), body: Bytes::new() }
}

async fn get(connection: &mut Connection, base_url: &str) -> Result<Incoming, TransportError> {
    connection.send(outgoing(Method::GET, base_url), &Traffic::default()).await
}

async fn cause_at(base_url: &str) -> TransportError {
    get(&mut Connection::new().unwrap(), base_url).await.unwrap_err()
}

async fn cause_of(act: Act) -> TransportError {
    cause_at(&TestServer::always(act).await.base_url).await
}

fn failed(cause: &str) -> TransportError {
    TransportError::Failed(cause.to_owned())
}

#[tokio::test]
async fn a_refused_connection_says_so() {
    assert_eq!(cause_at(&nobody().await).await, failed("connection refused"));
}

#[tokio::test]
async fn a_connection_that_closes_before_the_answer_says_so() {
    assert_eq!(cause_of(Act::Close(String::new())).await, failed("connection closed"));
}

#[tokio::test]
async fn a_connection_that_closes_within_the_head_says_so() {
    assert_eq!(cause_of(Act::Close("HTTP/1.1 200 OK\r\ncontent-".into())).await, failed("connection closed"));
}

#[tokio::test]
async fn a_reset_connection_says_so() {
    assert_eq!(cause_of(Act::Reset(String::new())).await, failed("connection reset"));
}

#[tokio::test]
async fn a_body_with_fewer_bytes_than_promised_is_cut_short() {
    let act = Act::Close("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!".into());
    assert_eq!(cause_of(act).await, failed("body cut short"));
}

#[tokio::test]
async fn a_chunked_body_without_its_end_is_cut_short() {
    for sent in ["", "5\r\nfive!\r\n", "5\r\nfi", "5"] {
        let act = Act::Close(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{sent}"));
        assert_eq!(cause_of(act).await, failed("body cut short"), "after {sent:?}");
    }
}

#[tokio::test]
async fn rubbish_is_not_http() {
    for rubbish in ["220 mail.example ESMTP\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\r\n\r\n", "HTTP/1.1 two hundred\r\n\r\n"] {
        let cause = cause_of(Act::Close(rubbish.into())).await;
        assert!(cause.to_string().starts_with("not HTTP: "), "{rubbish:?} gave {cause:?}");
    }
}

#[tokio::test]
async fn a_body_in_broken_chunks_is_not_http() {
    let act = Act::Close("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmany\r\n".into());
    assert!(cause_of(act).await.to_string().starts_with("not HTTP: "));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_our_own_failing() {
    let cause = cause_at("http://no-such-host.invalid").await;
    assert!(matches!(&cause, TransportError::Ours(text) if text.starts_with("name not resolved: ")), "{cause:?}");
}

#[tokio::test]
async fn a_user_keeps_one_connection() {
    let server = TestServer::always(answer("200 OK", "hello")).await;
    let mut connection = Connection::new().unwrap();
    for _ in 0..50 {
        assert_eq!(get(&mut connection, &server.base_url).await.unwrap().body, "hello");
    }
    assert_eq!(server.connections(), 1);
}

/// How many connections users open that share a thread, as in the engine, and are all busy at once.
fn connections_of_users_side_by_side(users: usize, act: Act) -> usize {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().event_interval(EVENT_INTERVAL).build().unwrap();
    runtime.block_on(async {
        let server = TestServer::always(act).await;
        let local = tokio::task::LocalSet::new();
        for _ in 0..users {
            local.spawn_local(get_often(server.base_url.clone()));
        }
        local.await;
        server.connections()
    })
}

async fn get_often(base_url: String) {
    let mut connection = Connection::new().unwrap();
    for _ in 0..20 {
        get(&mut connection, &base_url).await.unwrap();
    }
}

#[test]
fn users_side_by_side_keep_one_connection_each() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfive!\r\n0\r\n\r\n";
    let empty = "HTTP/1.1 204 No Content\r\n\r\n";
    let large = answer("200 OK", &"large".repeat(20_000));
    for act in [answer("200 OK", "hello"), Act::Answer(chunked.into()), Act::Answer(empty.into()), large] {
        assert_eq!(connections_of_users_side_by_side(200, act), 200);
    }
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together_and_counted() {
    let chunks = "3\r\nabc\r\n3\r\ndef\r\n2\r\ngh\r\n0\r\n\r\n";
    let server =
        TestServer::always(Act::Answer(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"))).await;
    let traffic = Traffic::default();
    let mut connection = Connection::new().unwrap();
    let incoming = connection.send(outgoing(Method::GET, &server.base_url), &traffic).await.unwrap();
    assert_eq!((incoming.body.as_ref(), traffic.received_bytes.get()), (b"abcdefgh".as_slice(), 8));
}

#[tokio::test]
async fn what_came_of_a_cut_body_is_counted() {
    let server = TestServer::always(Act::Close("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!".into())).await;
    let traffic = Traffic::default();
    let mut connection = Connection::new().unwrap();
    connection.send(outgoing(Method::GET, &server.base_url), &traffic).await.unwrap_err();
    assert_eq!(traffic.received_bytes.get(), 5);
}

#[tokio::test]
async fn a_body_that_never_left_is_not_counted() {
    let server = TestServer::always(answer("200 OK", "")).await;
    let mut connection = Connection::new().unwrap();
    for (base_url, sent_bytes) in [(server.base_url.clone(), 5), (nobody().await, 0)] {
        let traffic = Traffic::default();
        let body = Bytes::from("five!");
        let _either_way = connection.send(Outgoing { body, ..outgoing(Method::POST, &base_url) }, &traffic).await;
        assert_eq!(traffic.sent_bytes.get(), sent_bytes);
    }
}

#[tokio::test]
async fn redirects_are_answers() {
    let redirect = Act::Answer("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".into());
    let server = TestServer::always(redirect).await;
    let incoming = get(&mut Connection::new().unwrap(), &server.base_url).await.unwrap();
    assert_eq!((incoming.status, server.requests().len()), (302, 1));
}
