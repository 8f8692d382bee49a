//! The causes of missing responses, and when connections are kept.

use std::rc::Rc;

use tokio::io::AsyncWriteExt;

use proofload_testing::http_server::{Reply, read_head, refusing_url, serve_raw};

use super::server::TestServer;
use super::test_user::{MS, TestUser};
use crate::http::ConnectionPolicy;
use crate::user::Result;

/// The text of a failed request, without the name of its endpoint.
fn message_of(result: Result<crate::user::Response>) -> String {
    let error = result.unwrap_err();
    assert!(error.is_counted(), "{error}");
    error.to_string().strip_prefix("GET /thing: ").unwrap().to_owned()
}

async fn cause_at(base_url: &str) -> String {
    message_of(TestUser::new().user.get(base_url, "/thing").await)
}

async fn cause_of(act: Reply) -> String {
    cause_at(&TestServer::always(act).await.base_url).await
}

#[tokio::test]
async fn a_refused_connection_says_so() {
    assert_eq!(cause_at(&refusing_url()).await, "connection refused");
}

#[tokio::test]
async fn a_connection_that_closes_before_the_answer_says_so() {
    assert_eq!(cause_of(Reply::close("")).await, "connection closed before the answer");
}

#[tokio::test]
async fn a_connection_that_closes_within_the_head_says_so() {
    assert_eq!(
        cause_of(Reply::close("HTTP/1.1 200 OK\r\ncontent-")).await,
        "connection closed within the head of the answer"
    );
}

#[tokio::test]
async fn a_reset_connection_says_so() {
    assert_eq!(cause_of(Reply::reset()).await, "connection reset before the answer");
}

#[tokio::test]
async fn a_body_with_fewer_bytes_than_promised_is_cut_short() {
    let act = Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!");
    assert_eq!(cause_of(act).await, "body cut short: connection closed after 5 of 10 bytes");
}

#[tokio::test]
async fn a_reset_within_head_or_body_says_where() {
    for (sent, cause) in [
        ("HTTP/1.1 200 OK\r\ncontent-", "connection reset within the head of the answer"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!", "body cut short: connection reset after 5 of 10 bytes"),
        ("HTTP/1.1 200 OK\r\n\r\nfive!", "body cut short: connection reset after 5 bytes, before its end"),
    ] {
        let url = serve_raw(move |mut stream| async move {
            read_head(&mut stream).await;
            stream.write_all(sent.as_bytes()).await.unwrap();
            // On loopback the client reads it meanwhile.
            tokio::time::sleep(MS(30)).await;
            stream.set_zero_linger().unwrap();
        })
        .await;
        assert_eq!(cause_at(&url).await, cause);
    }
}

#[tokio::test]
async fn a_chunked_body_without_its_end_is_cut_short() {
    for (sent, bytes) in [("", 0), ("5\r\nfive!\r\n", 5), ("5\r\nfi", 2), ("5", 0)] {
        let act = Reply::close(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{sent}"));
        let cause = format!("body cut short: connection closed after {bytes} bytes, before its end");
        assert_eq!(cause_of(act).await, cause, "after {sent:?}");
    }
}

#[tokio::test]
async fn rubbish_is_not_http() {
    for rubbish in ["220 mail.example ESMTP\r\n\r\n", "HTTP/1.1 two hundred\r\n\r\n"] {
        let cause = cause_of(Reply::close(rubbish)).await;
        assert!(cause.starts_with("not HTTP: "), "{rubbish:?} gave {cause:?}");
    }
}

#[tokio::test]
async fn a_body_in_broken_chunks_is_not_http() {
    let act = Reply::close("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmany\r\n");
    assert!(cause_of(act).await.starts_with("not HTTP: "));
}

#[tokio::test]
async fn a_body_that_lasts_until_the_connection_closes_is_whole() {
    let act = Reply::close("HTTP/1.1 200 OK\r\n\r\nall there is");
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        assert_eq!(test.user.get(&server.base_url, "/thing").await.unwrap().text().unwrap(), "all there is");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn interim_answers_are_not_the_answer() {
    let act = Reply::send(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    );
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        let response = test.user.get(&server.base_url, "/thing").await.unwrap();
        assert_eq!((response.status(), response.text().unwrap(), response.header("link")), (200, "ok", None));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_answer_to_head_has_no_body_whatever_its_length_says() {
    let server = TestServer::always(Reply::send("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n")).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        let response = test.user.head(&server.base_url, "/thing").await.unwrap();
        assert_eq!((response.bytes(), response.header("content-length")), (b"".as_slice(), Some("500")));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn what_was_not_asked_for_ends_the_connection_but_not_the_answer() {
    let server = TestServer::always(Reply::send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more")).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        assert_eq!(test.user.get(&server.base_url, "/thing").await.unwrap().text().unwrap(), "ok");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_a_failure_before_it_is_read() {
    let mut test = TestUser::new();
    let long = TestServer::always(Reply::response("200 OK", &"x".repeat(1_000))).await;
    let cause = message_of(test.user.get(&long.base_url, "/thing").body_limit(999).await);
    assert_eq!(cause, "the body of the response is longer than its limit; `.body_limit(bytes)` sets another");
    test.user.get(&long.base_url, "/thing").body_limit(1_000).await.unwrap();
    let endless = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3E9\r\n";
    let endless = TestServer::always(Reply::Stall(endless.into())).await;
    assert_eq!(message_of(test.user.get(&endless.base_url, "/thing").body_limit(1_000).await), cause);
}

#[tokio::test]
async fn a_head_without_end_is_a_failure() {
    let act = Reply::Stall(format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(70_000)).into());
    let cause = "the head of the response is longer than 64 KiB; its longest header is `x`";
    assert_eq!(cause_of(act).await, cause);
}

#[tokio::test]
async fn a_user_keeps_one_connection() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let mut test = TestUser::new();
    for _ in 0..50 {
        assert_eq!(test.user.get(&server.base_url, "/").await.unwrap().text().unwrap(), "hello");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn on_demand_each_request_has_a_connection_of_its_own() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let mut test = TestUser::with_connections(ConnectionPolicy::PerRequest);
    for _ in 0..3 {
        test.user.get(&server.base_url, "/").await.unwrap();
    }
    assert_eq!(server.connections(), 3);
    assert!(server.requests().iter().all(|request| request.contains("connection: close\r\n")));
}

#[tokio::test]
async fn shared_connections_are_never_more_than_were_asked_for_and_waiting_is_no_service_time() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let test = TestUser::with_connections(ConnectionPolicy::Shared(2));
    let url = server.base_url.as_str();
    let users = (0..20).map(|_| {
        let mut user = test.another_user();
        async move {
            for _ in 0..10 {
                user.get(url, "/").await.unwrap();
            }
        }
    });
    futures_util::future::join_all(users).await;
    let total = test.measured().total;
    assert_eq!((total.requests.ok, server.connections()), (200, 2));
    assert!(total.service_time.mean_s < total.response_time.mean_s);
}

#[tokio::test]
async fn a_request_that_is_given_up_does_not_wait_for_a_shared_connection_any_more() {
    let stalled = TestServer::always(Reply::silence()).await;
    let mut test = TestUser::with_connections(ConnectionPolicy::Shared(1));
    let (mut second, mut third) = (test.another_user(), test.another_user());
    let url = stalled.base_url.as_str();
    let mut holding = Box::pin(test.user.get(url, "/").into_future());
    poll_until(&mut holding, || stalled.requests().len() == 1).await;
    let mut giving_up = Box::pin(second.get(url, "/").into_future());
    poll_until(&mut giving_up, || true).await;
    let mut waiting = Box::pin(third.get(url, "/").into_future());
    poll_until(&mut waiting, || true).await;
    drop(giving_up);
    drop(holding);
    poll_until(&mut waiting, || stalled.requests().len() == 2).await;
}

/// Polls a request that gets no answer, at least once, until something holds.
async fn poll_until(request: &mut (impl Future<Output: std::fmt::Debug> + Unpin), holds: impl Fn() -> bool) {
    let polled = async {
        loop {
            tokio::select! {
                biased;
                answer = &mut *request => panic!("the server answers nothing: {answer:?}"),
                () = std::future::ready(()) => {}
            }
            if holds() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(MS(20_000), polled).await.expect("it comes to that");
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together_and_counted() {
    let chunks = "3\r\nabc\r\n3;why=not\r\ndef\r\n2\r\ngh\r\n0\r\nx-trailer: yes\r\n\r\n";
    let act = Reply::send(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"));
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        assert_eq!(test.user.get(&server.base_url, "/").await.unwrap().text().unwrap(), "abcdefgh");
    }
    assert_eq!((test.measured().total.bytes_received, server.connections()), (16, 1));
}

#[tokio::test]
async fn what_came_of_a_cut_body_is_counted() {
    let server = TestServer::always(Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!")).await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/").await.unwrap_err();
    assert_eq!(test.measured().total.bytes_received, 5);
}

#[tokio::test]
async fn a_body_that_never_left_is_not_counted() {
    let server = TestServer::always(Reply::response("200 OK", "")).await;
    for (base_url, sent_bytes) in [(server.base_url.clone(), 5), (refusing_url(), 0)] {
        let mut test = TestUser::new();
        let _either_way = test.user.post(&base_url, "/").text("five!").await;
        assert_eq!(test.measured().total.bytes_sent, sent_bytes);
    }
}

#[tokio::test]
async fn a_large_body_goes_out_and_comes_back_whole() {
    let large = "0123456789".repeat(100_000);
    let server = TestServer::always(Reply::response("200 OK", &large)).await;
    let mut test = TestUser::new();
    for _ in 0..2 {
        let response = test.user.post(&server.base_url, "/").text(&large).await.unwrap();
        assert!(response.text().unwrap() == large);
    }
    assert!(server.requests().iter().all(|request| request.ends_with(&large)));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_answer_that_is_held_keeps_its_words_while_others_come() {
    let server = TestServer::start(|number| Reply::response("200 OK", &format!("answer {number}"))).await;
    let mut test = TestUser::new();
    let first = test.user.get(&server.base_url, "/").await.unwrap();
    let second = test.user.get(&server.base_url, "/").await.unwrap();
    assert_eq!((first.text().unwrap(), second.text().unwrap()), ("answer 0", "answer 1"));
}

#[tokio::test]
async fn the_parts_of_the_time_of_a_slow_request_are_known() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/").await.unwrap();
    test.user.get(&server.base_url, "/").await.unwrap();
    let mut slowest = test.measured().slowest;
    slowest.sort_by(|one, other| one.at_s.total_cmp(&other.at_s));
    let (first, second) = (slowest[0].phases, slowest[1].phases);
    assert!(first.connect.is_some() && second.connect.is_none(), "{first:?} {second:?}");
    let sum = first.connect.unwrap() + first.first_byte.unwrap() + first.body.unwrap();
    assert!((sum.as_secs_f64() - slowest[0].response_time_s).abs() < 1e-9);
}

#[tokio::test]
async fn the_first_byte_is_that_of_the_answer_and_not_of_an_interim_one() {
    let interim = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    for parts in [[interim, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no"], [&interim[..40], &interim[40..]]] {
        let url = serve_raw(move |mut stream| async move {
            read_head(&mut stream).await;
            for part in parts {
                stream.write_all(part.as_bytes()).await.unwrap();
                tokio::time::sleep(MS(60)).await;
            }
            let rest = if parts[1].ends_with('o') { "k" } else { "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok" };
            stream.write_all(rest.as_bytes()).await.unwrap();
        })
        .await;
        let mut test = TestUser::new();
        assert_eq!(test.user.get(&url, "/").await.unwrap().text().unwrap(), "ok");
        let phases = test.measured().slowest[0].phases;
        assert!(phases.first_byte >= Some(MS(60)), "{phases:?}");
    }
}

#[tokio::test]
async fn redirects_are_answers() {
    let redirect = Reply::send("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
    let server = TestServer::always(redirect).await;
    let response = TestUser::new().user.get(&server.base_url, "/").await.unwrap();
    assert_eq!((response.status(), server.requests().len()), (302, 1));
}

#[tokio::test]
async fn a_user_that_goes_closes_its_connection() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/").await.unwrap();
    assert_eq!(Rc::strong_count(&test.slot.resources), 3);
    drop(test);
    server.saw_a_connection_close().await;
}
