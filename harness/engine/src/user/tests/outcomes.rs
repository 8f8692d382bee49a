//! What is counted of a user's requests, whatever becomes of them.

use proofload_testing::http_server::{Reply, refusing_url};

use super::server::TestServer;
use super::test_user::{MS, TestUser, pass_time};
use crate::user::{Error, Result, User};

/// How the only request to a server that acts so is counted.
async fn failure_of(act: Reply) -> String {
    let server = TestServer::always(act).await;
    let mut test = TestUser::with_timeout(MS(80));
    let error = test.user.get(&server.base_url, "/thing").await.unwrap_err();
    assert!(error.is_counted());
    test.failure()
}

#[tokio::test]
async fn what_goes_wrong_is_counted_by_its_cause() {
    assert_eq!(failure_of(Reply::response("503 Service Unavailable", "")).await, "status 503");
    assert_eq!(failure_of(Reply::close("")).await, "connection closed before the answer");
    assert_eq!(failure_of(Reply::reset()).await, "connection reset before the answer");
    let cut = Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n");
    assert_eq!(failure_of(cut).await, "body cut short: connection closed after 0 of 9 bytes");
    assert!(failure_of(Reply::close("hello\r\n\r\n")).await.starts_with("not HTTP: "));
    let mut test = TestUser::new();
    test.user.get(&refusing_url(), "/").await.unwrap_err();
    assert_eq!(test.failure(), "connection refused");
}

#[tokio::test(start_paused = true)]
async fn a_user_whose_connections_are_refused_backs_off_for_up_to_a_tenth_of_a_second() {
    let mut test = TestUser::new();
    let address = refusing_url();
    let began = tokio::time::Instant::now();
    let mut pauses = Vec::new();
    for _ in 0..10 {
        let before = began.elapsed();
        test.user.get(&address, "/").await.unwrap_err();
        pauses.push((began.elapsed() - before).as_millis());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 100, 100, 100]);
    let total = test.measured().total;
    assert_eq!((total.requests.failed, total.requests.intended), (10, 10));
    assert_eq!(total.service_time.max_s, Some(0.0), "the pause is no part of the request");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_an_own_error_and_not_the_servers() {
    let mut test = TestUser::new();
    test.user.get("http://no-such-host.invalid", "/").await.unwrap_err();
    let own_errors = test.measured().generator.own_errors;
    assert!(
        own_errors.keys().all(|cause| cause.starts_with("the host `no-such-host.invalid` was not found: "))
            && own_errors.len() == 1
    );
}

#[tokio::test]
async fn a_timed_out_request_counts_as_timed_out_at_no_less_than_the_timeout_and_closes_its_connection() {
    for sent in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfive!"] {
        let server = TestServer::always(Reply::Stall(sent.into())).await;
        let mut test = TestUser::new();
        let slot = test.slot.clone();
        let sending = test.user.get(&server.base_url, "/slow").timeout(MS(60));
        let error = TestUser::watched(&slot, sending.into_future()).await.unwrap_err();
        assert_eq!(error.to_string(), "GET /slow: timed out after 60ms");
        server.saw_a_connection_close().await;
        let total = test.measured().total;
        assert_eq!((total.requests.timed_out, total.requests.failed, total.requests.intended), (1, 0, 1));
        assert_eq!(total.service_time.min_s, Some(0.06));
    }
}

#[tokio::test]
async fn an_answer_that_is_ready_only_after_the_deadline_is_late() {
    let mut test = TestUser::with_timeout(MS(50));
    let busy = async {
        std::thread::sleep(MS(60));
        Ok::<_, Error>(())
    };
    test.user.measure("busy", busy).await.unwrap_err();
    assert_eq!(test.failure(), "timed out");
}

/// Answers the first request and closes upon the second; then answers again.
async fn closes_once() -> TestServer {
    TestServer::start(|number| match number {
        1 => Reply::close(""),
        _ => Reply::response("200 OK", "hello"),
    })
    .await
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_replaced_before_anything_is_sent_on_it() {
    let server = TestServer::always(Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")).await;
    let mut test = TestUser::new();
    for _ in 0..3 {
        test.user.post(&server.base_url, "/a").text("one").await.unwrap();
        tokio::time::sleep(MS(20)).await;
    }
    let measured = test.measured();
    assert_eq!((measured.total.requests.ok, measured.generator.resent), (3, 0));
    assert_eq!((server.requests().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn a_long_idle_connection_that_closes_as_the_request_leaves_is_replaced_and_the_request_counted_once() {
    let server = closes_once().await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/a").await.unwrap();
    pass_time(MS(1_010)).await;
    test.user.get(&server.base_url, "/b").await.unwrap();
    let measured = test.measured();
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (2, 2));
    assert_eq!((server.requests().len(), server.connections(), measured.generator.resent), (3, 2, 1));
}

#[tokio::test]
async fn a_request_that_a_busy_connection_loses_is_a_failure_of_the_server() {
    let server = closes_once().await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/a").await.unwrap();
    test.user.get(&server.base_url, "/b").await.unwrap_err();
    let measured = test.measured();
    assert_eq!((measured.total.failures["connection closed before the answer"], measured.generator.resent), (1, 0));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_server_that_closes_again_has_failed_the_request() {
    let server = TestServer::start(|number| match number {
        0 => Reply::response("200 OK", "hello"),
        _ => Reply::reset(),
    })
    .await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/a").await.unwrap();
    pass_time(MS(1_010)).await;
    test.user.get(&server.base_url, "/b").await.unwrap_err();
    test.user.get(&server.base_url, "/b").await.unwrap_err();
    assert_eq!(test.measured().total.failures["connection reset before the answer"], 2);
    assert_eq!(server.requests().len(), 4, "only the request on the idle connection was sent twice");
}

#[tokio::test]
async fn a_request_that_changes_the_server_is_never_sent_twice() {
    let server = closes_once().await;
    let mut test = TestUser::new();
    test.user.post(&server.base_url, "/a").text("one").await.unwrap();
    pass_time(MS(1_010)).await;
    test.user.post(&server.base_url, "/a").text("two").await.unwrap_err();
    let said = "connection closed before the answer; it had been idle for 1.0 s";
    assert_eq!(test.measured().total.failures[said], 1);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_that_the_server_said_it_would_close_was_not_kept() {
    let server = TestServer::start(|number| match number {
        0 => Reply::close("HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n"),
        _ => Reply::close(""),
    })
    .await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/a").await.unwrap();
    test.user.get(&server.base_url, "/b").await.unwrap_err();
    assert_eq!(server.requests().len(), 2, "the second was the first on its connection, so it had its one chance");
}

#[tokio::test]
async fn a_check_that_does_not_hold_fails_the_last_request() {
    let server = TestServer::always(Reply::response("200 OK", "hello")).await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/a").await.unwrap();
    test.user.get(&server.base_url, "/b").await.unwrap();
    test.user.check("always", true).unwrap();
    let error = test.user.check("a full page", false).unwrap_err();
    assert!(error.is_counted());
    let measured = test.measured();
    assert_eq!((measured.endpoints[0].requests.ok, measured.endpoints[1].requests.failed), (1, 1));
    assert_eq!(measured.endpoints[1].failures["check: a full page"], 1);
}

#[tokio::test]
async fn a_check_before_any_request_is_an_error_that_is_not_counted_yet() {
    let test = TestUser::new();
    let error = test.user.check("a full page", false).unwrap_err();
    assert!(!error.is_counted());
    assert_eq!(error.to_string(), "check: a full page (no request was sent before it)");
}

#[tokio::test]
async fn an_abandoned_request_is_a_failure_unless_the_run_is_ending() {
    let server = TestServer::always(Reply::silence()).await;
    let mut test = TestUser::new();
    tokio::time::timeout(MS(50), test.user.get(&server.base_url, "/").into_future()).await.unwrap_err();
    assert_eq!(test.failure(), "abandoned by the test");
    test.worker.end();
    tokio::time::timeout(MS(50), test.user.get(&server.base_url, "/").into_future()).await.unwrap_err();
    let total = test.measured().total;
    assert_eq!((total.requests.intended, total.requests.in_flight_at_end), (1, 1));
    assert!(total.service_time.min_s >= Some(0.04), "the time so far, not {:?}", total.service_time.min_s);
}

#[tokio::test(start_paused = true)]
async fn anything_can_be_measured_under_a_name() -> Result {
    let mut test = TestUser::with_timeout(MS(5_000));
    let slow = async {
        tokio::time::sleep(MS(300)).await;
        Ok::<_, std::io::Error>(7)
    };
    assert_eq!(test.user.measure("parse", slow).await?, 7);
    let error = test.user.measure("parse", async { "x".parse::<u32>() }).await.unwrap_err();
    assert!(error.is_counted());
    let never = std::future::pending::<Result>();
    assert!(test.user.measure("parse", never).await.unwrap_err().is_counted());
    let endpoint = test.measured().endpoints.remove(0);
    assert_eq!((endpoint.name.as_str(), endpoint.requests.ok, endpoint.requests.timed_out), ("parse", 1, 1));
    assert_eq!(endpoint.failures["invalid digit found in string"], 1);
    assert_eq!(endpoint.ok_response_time.max_s, Some(0.3));
    Ok(())
}

#[tokio::test]
async fn requests_of_a_set_up_are_recorded_apart() {
    let server = TestServer::always(Reply::response("200 OK", "")).await;
    let test = TestUser::new();
    let mut user = User::for_set_up(test.slot.clone());
    user.get(&server.base_url, "/login").await.unwrap();
    assert_eq!((user.number(), user.seed()), (3, 42));
    let measured = test.measured();
    assert_eq!((measured.outside.intended, measured.outside.ok, measured.total.requests.intended), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_had_to_wait_is_timed_from_the_plan_and_may_take_its_whole_timeout() {
    let mut test = TestUser::with_timeout(MS(80));
    test.slot.log.begin_iteration(None);
    test.slot.log.plan_iteration(MS(0));
    tokio::time::sleep(MS(100)).await;
    let work = async {
        tokio::time::sleep(MS(50)).await;
        Ok::<_, Error>(())
    };
    test.user.measure("work", work).await.unwrap();
    let total = test.measured().total;
    assert_eq!((total.requests.ok, total.response_time.max_s, total.service_time.max_s), (1, Some(0.15), Some(0.05)));
}
