//! Both transports record the same for a server that does the same.

use proofload_testing::http_server::{Reply, refusing_url};

use super::server::TestServer;
use super::test_user::{MS, TestUser, pass_time};
use crate::http::{ConnectionPolicy, TransportOptions};
use crate::user::User;

/// What was counted, and what the server saw.
#[derive(Debug, PartialEq)]
struct Record {
    ok: u64,
    timed_out: u64,
    failures: Vec<(String, u64)>,
    sent_bytes: u64,
    received_bytes: u64,
    resent: u64,
    connections: usize,
    requests: usize,
}

impl Record {
    fn causes(&self) -> Vec<&str> {
        self.failures.iter().map(|(cause, _)| cause.as_str()).collect()
    }
}

/// An option that sends every request over reqwest, and changes nothing else if the server sets no cookie.
fn over_reqwest() -> TransportOptions {
    TransportOptions { cookies: true, ..TransportOptions::default() }
}

/// Does the same over both transports, each with its own server; the records must be equal.
async fn record_of(
    act: impl Fn(usize) -> Reply + Copy + Send + Sync + 'static,
    ask: impl AsyncFn(&mut User, &str),
) -> Record {
    let own = record_over(TransportOptions::default(), act, &ask).await;
    let reqwest = record_over(over_reqwest(), act, &ask).await;
    assert_eq!(own, reqwest, "the own transport (left) and reqwest record different things");
    own
}

async fn record_over(
    options: TransportOptions,
    act: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ask: impl AsyncFn(&mut User, &str),
) -> Record {
    let server = TestServer::start(act).await;
    let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
    let slot = test.slot.clone();
    TestUser::watched(&slot, ask(&mut test.user, &server.base_url)).await;
    let measured = test.measured();
    assert!(measured.total.requests.is_conserved());
    // Both say "not HTTP"; each parser has its own words for why. hyper does not say how far a head had come.
    let cause = |cause: String| match cause.split_once(" before the answer").or(cause.split_once(" within the head")) {
        Some((what, _)) => format!("{what} before the body"),
        None if cause.starts_with("not HTTP: ") => "not HTTP".to_owned(),
        None => cause,
    };
    Record {
        ok: measured.total.requests.ok,
        timed_out: measured.total.requests.timed_out,
        failures: measured.total.failures.into_iter().map(|(text, count)| (cause(text), count)).collect(),
        sent_bytes: measured.total.bytes_sent,
        received_bytes: measured.total.bytes_received,
        resent: measured.generator.resent,
        connections: server.connections(),
        requests: server.requests().len(),
    }
}

async fn get_once(user: &mut User, url: &str) {
    drop(user.get(url, "/thing").await);
}

async fn get_twice(user: &mut User, url: &str) {
    get_once(user, url).await;
    get_once(user, url).await;
}

#[tokio::test]
async fn servers_that_break_off_fail_requests_by_the_same_causes() {
    let head = "HTTP/1.1 200 OK\r\n";
    for (act, cause) in [
        (Reply::close(""), "connection closed before the body"),
        (Reply::close("HTTP/1.1 200 OK\r\ncontent-"), "connection closed before the body"),
        (Reply::reset(), "connection reset before the body"),
        (
            Reply::close(format!("{head}content-length: 10\r\n\r\nfive!")),
            "body cut short: connection closed after 5 of 10 bytes",
        ),
        (
            Reply::close(format!("{head}transfer-encoding: chunked\r\n\r\n5\r\nfi")),
            "body cut short: connection closed after 2 bytes, before its end",
        ),
        (Reply::close(format!("{head}transfer-encoding: chunked\r\n\r\nmany\r\n")), "not HTTP"),
        (Reply::close("220 mail.example ESMTP\r\n\r\n"), "not HTTP"),
        (Reply::response("503 Service Unavailable", "sorry"), "status 503"),
    ] {
        // The act is chosen by number, as the closure that answers must be copied.
        let acts: &'static Reply = Box::leak(Box::new(act));
        let record = record_of(move |_| acts.clone(), get_once).await;
        assert_eq!(record.causes(), [cause], "{acts:?}");
    }
}

#[tokio::test]
async fn an_unused_address_is_a_refused_connection() {
    for options in [TransportOptions::default(), over_reqwest()] {
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        test.user.post(&refusing_url(), "/").text("five!").await.unwrap_err();
        assert_eq!(test.measured().total.bytes_sent, 0);
    }
    for options in [TransportOptions::default(), over_reqwest()] {
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        test.user.get(&refusing_url(), "/").await.unwrap_err();
        assert_eq!(test.failure(), "connection refused");
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_an_own_error() {
    for options in [TransportOptions::default(), over_reqwest()] {
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        test.user.get("http://no-such-host.invalid", "/").await.unwrap_err();
        let own_errors = test.measured().generator.own_errors;
        assert!(
            own_errors.keys().all(|cause| cause.starts_with("the host `no-such-host.invalid` was not found: ")),
            "{own_errors:?}"
        );
        assert_eq!(own_errors.len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_timed_out_wherever_it_stops() {
    for sent in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfive!"] {
        let record = record_of(
            move |_| Reply::Stall(sent.into()),
            async |user, url| drop(user.get(url, "/slow").timeout(MS(60)).await),
        )
        .await;
        assert_eq!((record.timed_out, record.ok, record.causes()), (1, 0, vec!["timed out"]));
    }
}

#[tokio::test]
async fn a_connection_is_kept_until_somebody_closes_it() {
    let kept = record_of(|_| Reply::response("200 OK", "hello"), get_twice).await;
    assert_eq!((kept.ok, kept.connections, kept.received_bytes), (2, 1, 10));
    let closing = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
    let closed = record_of(move |_| Reply::close(closing), get_twice).await;
    assert_eq!((closed.ok, closed.connections, closed.resent), (2, 2, 0));
    let asked = record_of(
        |_| Reply::response("200 OK", "hello"),
        async |user, url| {
            drop(user.get(url, "/").header("connection", "close").await);
            drop(user.get(url, "/").await);
        },
    )
    .await;
    assert_eq!((asked.ok, asked.connections), (2, 2));
}

#[tokio::test]
async fn bodies_are_counted_alike_whichever_way_they_are_framed() {
    let chunks = "3\r\nabc\r\n3;why=not\r\ndef\r\n2\r\ngh\r\n0\r\nx-trailer: yes\r\n\r\n";
    for text in [
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"),
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nabcdefgh".to_owned(),
    ] {
        let text: &'static str = text.leak();
        let record = record_of(
            move |_| Reply::send(text),
            async |user, url| {
                for _ in 0..2 {
                    let answer = user.post(url, "/").text("five!").await.unwrap();
                    assert_eq!((answer.status(), answer.text().unwrap()), (200, "abcdefgh"));
                }
            },
        )
        .await;
        assert_eq!((record.sent_bytes, record.received_bytes, record.connections), (10, 16, 1));
    }
}

#[tokio::test]
async fn an_answer_has_the_same_parts() {
    let text =
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\nx-a: 1\r\nX-A: 2\r\ncontent-length: 4\r\n\r\nnone";
    let record = record_of(
        move |_| Reply::send(text),
        async |user, url| {
            let answer = user.get(url, "/a?b=c").expect(404).await.unwrap();
            assert_eq!((answer.status(), answer.text().unwrap(), answer.header("X-a")), (404, "none", Some("1")));
            assert_eq!(answer.headers().filter(|(name, _)| name.eq_ignore_ascii_case("x-a")).count(), 2);
        },
    )
    .await;
    assert_eq!(record.ok, 1);
}

#[tokio::test]
async fn the_server_is_asked_the_same() {
    let mut seen = Vec::new();
    for options in [TransportOptions::default(), over_reqwest()] {
        let server = TestServer::always(Reply::response("200 OK", "")).await;
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        let request = test.user.post(&server.base_url, "/a b?c=d").query(&[("e", "f g")]).bearer("secret");
        request.json(&[1, 2, 3]).await.unwrap();
        let text = server.requests().remove(0).replace(server.base_url.trim_start_matches("http://"), "HOST");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines: Vec<String> = head.lines().map(str::to_owned).collect();
        // It says the same as saying nothing.
        lines.retain(|line| line != "accept: */*");
        lines[1..].sort();
        seen.push((lines, body.to_owned()));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn only_a_long_idle_connection_gives_a_safe_request_a_second_chance() {
    let closes_once = |number| match number {
        1 => Reply::close(""),
        _ => Reply::response("200 OK", "hello"),
    };
    let busy = record_of(closes_once, get_twice).await;
    assert_eq!((busy.causes(), busy.resent, busy.requests), (vec!["connection closed before the body"], 0, 2));
    let idle = record_of(closes_once, async |user, url| {
        get_once(user, url).await;
        pass_time(MS(1_010)).await;
        get_once(user, url).await;
    })
    .await;
    assert_eq!((idle.ok, idle.resent, idle.requests), (2, 1, 3));
    let unsafe_method = record_of(closes_once, async |user, url| {
        drop(user.post(url, "/").text("one").await);
        pass_time(MS(1_010)).await;
        drop(user.post(url, "/").text("two").await);
    })
    .await;
    assert_eq!((unsafe_method.causes(), unsafe_method.requests), (vec!["connection closed before the body"], 2));
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_the_same_failure() {
    let long: &'static str = "x".repeat(1_000).leak();
    let limited = async |user: &mut User, url: &str| {
        drop(user.get(url, "/").body_limit(999).await);
        drop(user.get(url, "/").body_limit(1_000).await);
    };
    for act in [
        Reply::response("200 OK", long),
        Reply::send(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3E8\r\n{long}\r\n0\r\n\r\n")),
    ] {
        let act: &'static Reply = Box::leak(Box::new(act));
        for options in [TransportOptions::default(), over_reqwest()] {
            let record = record_over(options, move |_| act.clone(), limited).await;
            let cause = "the body of the response is longer than its limit; `.body_limit(bytes)` sets another";
            assert_eq!((record.ok, record.causes()), (1, vec![cause]));
        }
    }
}

#[tokio::test]
async fn an_abandoned_request_is_a_failure_and_closes_its_connection() {
    for options in [TransportOptions::default(), over_reqwest()] {
        let server = TestServer::always(Reply::silence()).await;
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        tokio::time::timeout(MS(50), test.user.get(&server.base_url, "/").into_future()).await.unwrap_err();
        assert_eq!(test.failure(), "abandoned by the test");
        server.saw_a_connection_close().await;
    }
}

#[tokio::test]
async fn a_user_that_needs_no_other_transport_has_no_client_of_it() {
    let server = TestServer::always(Reply::response("200 OK", "")).await;
    let mut test = TestUser::new();
    get_once(&mut test.user, &server.base_url).await;
    assert!(!test.user.http.has_reqwest_client());
    let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, over_reqwest());
    assert!(!test.user.http.has_reqwest_client());
    get_once(&mut test.user, &server.base_url).await;
    assert!(test.user.http.has_reqwest_client());
}
