//! What becomes of a user's requests, and what is counted of them.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::server::{Act, TestServer, answer, nobody};
use crate::client::{Clock, Error, Result, Seat, Stop, User};
use crate::measure::{Measured, WorkerLog};

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A user, and the books of the worker that it sits at.
struct Table {
    worker: Rc<WorkerLog>,
    seat: Seat,
    user: User,
}

impl Table {
    fn lay() -> Table {
        Table::with_timeout(MS(5_000))
    }

    fn with_timeout(timeout: Duration) -> Table {
        let worker = WorkerLog::new(timeout, Arc::default());
        worker.measure_from(Duration::ZERO);
        let seat = Seat {
            number: 3,
            seed: 42,
            log: worker.user(None),
            set_up_log: worker.user(Some(crate::measure::Phase::Outside)),
            clock: Clock::start(),
            stop: Stop::default(),
            timeout,
        };
        Table { user: User::new(seat.clone()).unwrap(), worker, seat }
    }

    /// Everything counted so far.
    fn measured(&self) -> Measured {
        self.seat.log.settle();
        self.seat.set_up_log.settle();
        self.worker.take(self.seat.timeout).finish()
    }

    /// The one failure that was counted.
    fn failure(&self) -> String {
        let measured = self.measured();
        assert!(measured.total.requests.is_conserved());
        assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (1, 0));
        let failures = measured.total.failures.into_iter().collect::<Vec<_>>();
        assert_eq!((failures.len(), failures[0].1), (1, 1), "{failures:?}");
        failures[0].0.clone()
    }
}

/// How the only request to a server that acts so is counted.
async fn failure_of(act: Act) -> String {
    let server = TestServer::always(act).await;
    let mut table = Table::with_timeout(MS(80));
    let error = table.user.get(&server.base_url, "/thing").await.unwrap_err();
    assert!(error.is_counted());
    table.failure()
}

#[tokio::test]
async fn an_answer_is_handed_on_and_counted_as_ok() {
    let text = "HTTP/1.1 200 OK\r\nx-kind: greeting\r\ncontent-length: 5\r\n\r\nhello";
    let server = TestServer::always(Act::Answer(text.into())).await;
    let mut table = Table::lay();
    let response = table.user.get(&server.base_url, "/greeting?to=all").await.unwrap();
    assert_eq!((response.status(), response.text().unwrap(), response.bytes()), (200, "hello", b"hello".as_slice()));
    assert_eq!((response.header("X-Kind"), response.header("none")), (Some("greeting"), None));
    assert_eq!(response.service_time(), response.response_time());
    let measured = table.measured();
    let endpoint = &measured.endpoints[0];
    assert_eq!((endpoint.name.as_str(), endpoint.requests.ok, endpoint.bytes_received), ("GET /greeting", 1, 5));
}

#[tokio::test]
async fn what_the_request_says_arrives_at_the_server() {
    let server = TestServer::always(answer("201 Created", "")).await;
    let mut user = Table::lay().user;
    let target = format!("{}/api/", server.base_url);
    let request = user.post(&target, "/things?a=1").query(&[("name", "a b&c")]).bearer("secret").header("x-number", 7);
    request.json(&[1, 2]).await.unwrap();
    let sent = server.requests().remove(0);
    assert!(sent.starts_with("POST /api/things?a=1&name=a+b%26c HTTP/1.1\r\n"), "{sent}");
    for line in ["authorization: Bearer secret", "x-number: 7", "content-type: application/json", "content-length: 5"] {
        assert!(sent.contains(&format!("{line}\r\n")), "no {line:?} in {sent}");
    }
    assert!(sent.ends_with("\r\n\r\n[1,2]"), "{sent}");
}

#[tokio::test]
async fn a_body_has_the_type_that_the_author_names_before_or_after_it() {
    let server = TestServer::always(answer("200 OK", "")).await;
    let mut user = Table::lay().user;
    let own = ("content-type", "application/merge-patch+json");
    user.patch(&server.base_url, "/").header(own.0, own.1).json(&1).await.unwrap();
    user.patch(&server.base_url, "/").json(&1).header(own.0, own.1).await.unwrap();
    user.put(&server.base_url, "/").form(&[("a", "b c")]).await.unwrap();
    let sent = server.requests();
    for request in &sent[..2] {
        assert_eq!(request.matches("content-type: application/merge-patch+json\r\n").count(), 1, "{request}");
        assert_eq!(request.matches("content-type").count(), 1, "{request}");
    }
    assert!(sent[2].contains("application/x-www-form-urlencoded") && sent[2].ends_with("a=b+c"), "{}", sent[2]);
}

#[tokio::test]
async fn an_expected_status_is_ok_and_an_unexpected_one_is_not() {
    let server = TestServer::always(answer("404 Not Found", "nothing")).await;
    let mut table = Table::lay();
    assert_eq!(table.user.get(&server.base_url, "/a").expect(404).await.unwrap().text().unwrap(), "nothing");
    table.user.get(&server.base_url, "/a").expect([200, 404]).await.unwrap();
    table.user.get(&server.base_url, "/a").expect(400..500).await.unwrap();
    assert!(table.user.get(&server.base_url, "/a").expect(200..=299).await.unwrap_err().is_counted());
    let error = table.user.get(&server.base_url, "/a").named("an endpoint").await.unwrap_err();
    assert_eq!(error.to_string(), "an endpoint: status 404");
    let total = table.measured().total;
    assert_eq!((total.requests.ok, total.failures["status 404"]), (3, 2));
}

#[tokio::test]
async fn a_redirect_is_ok_and_not_followed() {
    let redirect = Act::Answer("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n".into());
    let server = TestServer::always(redirect).await;
    assert_eq!(Table::lay().user.get(&server.base_url, "/").await.unwrap().status(), 302);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_goes_wrong_is_counted_by_its_cause() {
    assert_eq!(failure_of(answer("503 Service Unavailable", "")).await, "status 503");
    assert_eq!(failure_of(Act::Close(String::new())).await, "connection closed");
    assert_eq!(failure_of(Act::Reset(String::new())).await, "connection reset");
    assert_eq!(failure_of(Act::Close("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".into())).await, "body cut short");
    assert!(failure_of(Act::Close("hello\r\n\r\n".into())).await.starts_with("not HTTP: "));
    let mut table = Table::lay();
    table.user.get(&nobody().await, "/").await.unwrap_err();
    assert_eq!(table.failure(), "connection refused");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_the_generators_failing_and_not_the_servers() {
    let mut table = Table::lay();
    table.user.get("http://no-such-host.invalid", "/").await.unwrap_err();
    let own_errors = table.measured().generator.own_errors;
    assert!(own_errors.keys().all(|cause| cause.starts_with("name not resolved")) && own_errors.len() == 1);
}

#[tokio::test]
async fn a_timed_out_request_counts_as_timed_out_at_no_less_than_the_timeout_and_closes_its_connection() {
    for sent in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfive!"] {
        let server = TestServer::always(Act::Stall(sent.into())).await;
        let mut table = Table::lay();
        let error = table.user.get(&server.base_url, "/slow").timeout(MS(60)).await.unwrap_err();
        assert_eq!(error.to_string(), "GET /slow: timed out after 60ms");
        server.saw_a_connection_close().await;
        let total = table.measured().total;
        assert_eq!((total.requests.timed_out, total.requests.failed, total.requests.intended), (1, 0, 1));
        assert!(total.service_time.min_s >= Some(0.06), "{:?}", total.service_time.min_s);
    }
}

#[tokio::test]
async fn an_answer_that_is_ready_only_after_the_deadline_is_late() {
    let mut table = Table::with_timeout(MS(50));
    let busy = async {
        std::thread::sleep(MS(60));
        Ok::<_, Error>(())
    };
    table.user.measure("busy", busy).await.unwrap_err();
    assert_eq!(table.failure(), "timed out");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_meanwhile_is_replaced_and_the_request_counted_once() {
    let server = TestServer::start(|number| match number {
        1 => Act::Close(String::new()),
        _ => answer("200 OK", "hello"),
    })
    .await;
    let mut table = Table::lay();
    table.user.get(&server.base_url, "/a").await.unwrap();
    table.user.get(&server.base_url, "/b").await.unwrap();
    let measured = table.measured();
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (2, 2));
    assert_eq!((server.requests().len(), server.connections()), (3, 2));
}

#[tokio::test]
async fn a_server_that_closes_again_has_failed_the_request() {
    let server = TestServer::start(|number| match number {
        0 => answer("200 OK", "hello"),
        _ => Act::Reset(String::new()),
    })
    .await;
    let mut table = Table::lay();
    table.user.get(&server.base_url, "/a").await.unwrap();
    table.user.get(&server.base_url, "/b").await.unwrap_err();
    table.user.get(&server.base_url, "/b").await.unwrap_err();
    assert_eq!(table.measured().total.failures["connection reset"], 2);
    assert_eq!(server.requests().len(), 4, "only the request on the kept connection was sent twice");
}

#[tokio::test]
async fn a_request_that_changes_the_server_is_never_sent_twice() {
    let server = TestServer::start(|number| match number {
        1 => Act::Close(String::new()),
        _ => answer("200 OK", "hello"),
    })
    .await;
    let mut table = Table::lay();
    table.user.post(&server.base_url, "/a").text("one").await.unwrap();
    table.user.post(&server.base_url, "/a").text("two").await.unwrap_err();
    assert_eq!(table.measured().total.failures["connection closed"], 1);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_check_that_does_not_hold_fails_the_last_request() {
    let server = TestServer::always(answer("200 OK", "hello")).await;
    let mut table = Table::lay();
    table.user.get(&server.base_url, "/a").await.unwrap();
    table.user.get(&server.base_url, "/b").await.unwrap();
    table.user.check("always", true).unwrap();
    let error = table.user.check("a full page", false).unwrap_err();
    assert!(error.is_counted());
    let measured = table.measured();
    assert_eq!((measured.endpoints[0].requests.ok, measured.endpoints[1].requests.failed), (1, 1));
    assert_eq!(measured.endpoints[1].failures["check: a full page"], 1);
}

#[tokio::test]
async fn a_check_before_any_request_is_an_error_that_is_not_counted_yet() {
    let table = Table::lay();
    let error = table.user.check("a full page", false).unwrap_err();
    assert!(!error.is_counted());
    assert_eq!(error.to_string(), "check: a full page (no request was sent before it)");
}

#[tokio::test]
async fn an_abandoned_request_is_a_failure_unless_the_run_is_ending() {
    let server = TestServer::always(Act::Stall(String::new())).await;
    let mut table = Table::lay();
    tokio::time::timeout(MS(50), table.user.get(&server.base_url, "/").into_future()).await.unwrap_err();
    assert_eq!(table.failure(), "abandoned by the test");
    table.worker.end();
    tokio::time::timeout(MS(50), table.user.get(&server.base_url, "/").into_future()).await.unwrap_err();
    let total = table.measured().total;
    assert_eq!((total.requests.intended, total.requests.in_flight_at_end), (1, 1));
    assert!(total.service_time.min_s >= Some(0.04), "the time so far, not {:?}", total.service_time.min_s);
}

#[tokio::test]
async fn a_mistake_in_a_request_is_told_and_nothing_is_sent() {
    let server = TestServer::always(answer("200 OK", "")).await;
    let (mut table, url) = (Table::lay(), &server.base_url);
    let unwritable = std::collections::HashMap::from([([1, 2], 3)]);
    let user = &mut table.user;
    let errors = [
        user.get(url, "health").await.unwrap_err(),
        user.get("http://localhost", "http://localhost/health").await.unwrap_err(),
        user.get("localhost:80", "/").await.unwrap_err(),
        user.get("http://local host", "/").await.unwrap_err(),
        user.get("https://localhost", "/").await.unwrap_err(),
        user.get(url, "/").header("bad name", "x").header("x-a", "line\nbreak").await.unwrap_err(),
        user.post(url, "/").json(&unwritable).await.unwrap_err(),
        user.get(url, "/").expect([]).timeout(Duration::ZERO).await.unwrap_err(),
    ];
    assert!(!errors.iter().any(Error::is_counted));
    let told = errors.map(|error| error.to_string()).join("\n");
    insta::assert_snapshot!(told);
    assert_eq!((table.measured().total.requests.intended, server.requests().len()), (0, 0));
}

#[derive(Debug, Deserialize)]
struct Page {
    #[expect(dead_code, reason = "only its absence matters")]
    items: Vec<u32>,
}

#[tokio::test]
async fn json_that_does_not_fit_says_what_was_expected_and_where() {
    let server = TestServer::always(answer("200 OK", r#"{"detail":"try later"}"#)).await;
    let mut user = Table::lay().user;
    let response = user.get(&server.base_url, "/pages").await.unwrap();
    let error = response.json::<Page>().unwrap_err();
    let cause = "GET /pages: the body is not the JSON of proofload::client::tests::requests::Page";
    let detail = "missing field `items` at line 1 column 22; its 22 bytes start with `{\"detail\":\"try later\"}`";
    assert_eq!((error.cause(), error.to_string()), (cause.to_owned(), format!("{cause}: {detail}")));
}

#[tokio::test(start_paused = true)]
async fn anything_can_be_measured_under_a_name() -> Result {
    let mut table = Table::lay();
    let slow = async {
        tokio::time::sleep(MS(300)).await;
        Ok::<_, std::io::Error>(7)
    };
    assert_eq!(table.user.measure("parse", slow).await?, 7);
    let error = table.user.measure("parse", async { "x".parse::<u32>() }).await.unwrap_err();
    assert!(error.is_counted());
    let never = std::future::pending::<Result>();
    assert!(table.user.measure("parse", never).await.unwrap_err().is_counted());
    let endpoint = table.measured().endpoints.remove(0);
    assert_eq!((endpoint.name.as_str(), endpoint.requests.ok, endpoint.requests.timed_out), ("parse", 1, 1));
    assert_eq!(endpoint.failures["invalid digit found in string"], 1);
    assert_eq!(endpoint.ok_response_time.max_s, Some(0.3));
    Ok(())
}

#[tokio::test]
async fn requests_of_a_set_up_are_recorded_apart() {
    let server = TestServer::always(answer("200 OK", "")).await;
    let table = Table::lay();
    let mut user = User::for_set_up(table.seat.clone()).unwrap();
    user.get(&server.base_url, "/login").await.unwrap();
    assert_eq!((user.number(), user.seed()), (3, 42));
    let measured = table.measured();
    assert_eq!((measured.outside.intended, measured.outside.ok, measured.total.requests.intended), (1, 1, 0));
}
