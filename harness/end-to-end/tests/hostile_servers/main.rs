//! Servers that try to make the harness report something wrong, and their own records that show whether it did.
//!
//! Counts, causes and lower bounds are exact; upper bounds are loose, because two busy cores may be very late.

mod load;

use std::io::{BufRead, BufReader, Read};
use std::time::Instant;

use proofload::__internals::measure::Ended;
use proofload::__internals::outcome::Outcome;
use proofload::__internals::workload::{RunLength, Warmup, Workload};
use proofload_testing::http_server::{OK, Reply, ScriptedServer};
use proofload_testing::process::stop_for;

use self::load::{MS, Stopwatch, agrees, judged, run, workload};

/// A seeded draw: the same on every machine, and independent of the harness.
fn draw(number: u64, sides: u64) -> u64 {
    (number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33) % sides
}

#[test]
fn known_delays_are_measured_for_each_endpoint_and_nothing_is_faster_than_the_server() {
    let server = ScriptedServer::start(|received| match received.path.as_str() {
        "/1" => Reply::send_after(MS(1), OK),
        "/5" => Reply::send_after(MS(5), OK),
        _ => Reply::send_after(MS(50), OK),
    });
    let watch = Stopwatch::default();
    let measured = run(&workload(8, RunLength::Requests(300)), async |user| {
        let path = ["/1", "/5", "/50"][user.pick(&[4, 2, 1])];
        watch.note(&user.get(&server.url, path).await?);
        Ok(())
    });
    agrees(&measured.total.response_time, &watch.sorted_s());
    for (path, least_s) in [("/1", 0.001), ("/5", 0.005), ("/50", 0.050)] {
        let endpoint = measured.endpoints.iter().find(|endpoint| endpoint.name == format!("GET {path}"));
        let endpoint = endpoint.expect("each was requested");
        assert_eq!(endpoint.requests.ok, server.received_at(path));
        assert!(endpoint.response_time.min_s >= Some(least_s), "{path}: {:?}", endpoint.response_time);
    }
    assert_eq!(measured.total.requests.ok, 300);
}

#[test]
fn a_thousand_users_send_exactly_what_was_asked_and_the_warm_up_is_outside() {
    let server = ScriptedServer::start(|received| Reply::send_after(MS(draw(received.number, 20)), OK));
    let watch = Stopwatch::default();
    let plan = Workload { warmup: Warmup::Requests(500), ..workload(1_000, RunLength::Requests(3_000)) };
    let measured = run(&plan, async |user| {
        watch.note(&user.get(&server.url, "/").await?);
        Ok(())
    });
    assert_eq!((measured.outside.ok, measured.total.requests.ok), (500, 3_000));
    assert_eq!(server.received().len(), 3_500);
    // The stopwatch ran during the warm-up, too, so it gives only the sum of both.
    assert_eq!(watch.sorted_s().len(), 3_500);
    assert!(measured.total.response_time.max_s <= watch.sorted_s().last().copied());
}

#[test]
fn every_failure_has_the_cause_that_the_server_gave_it() {
    // POST, because a safe request on a connection that was closed is sent again, as browsers do.
    let fate = |number| draw(number, 10);
    let server = ScriptedServer::start(move |received| match fate(received.number) {
        0 => Reply::close("HTTP/1.1 503 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        1 => Reply::reset(),
        2 => Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nshort"),
        3 => Reply::close("what do you want\r\n\r\n"),
        4 => Reply::silence(),
        // Announced, so that the next request does not meet a connection that is just being closed.
        _ => Reply::close("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
    });
    let plan = Workload { timeout: MS(300), ..workload(4, RunLength::Requests(120)) };
    let measured = run(&plan, async |user| user.post(&server.url, "/").await.map(drop));
    let saw = |kind| server.received().iter().filter(|received| fate(received.number) == kind).count() as u64;
    let requests = measured.total.requests;
    assert_eq!(server.received().len() as u64, requests.intended);
    // On a machine that is late by 300 ms a good answer is a time-out as well.
    assert!(requests.timed_out >= saw(4));
    let late = requests.timed_out - saw(4);
    let at = |cause: &str| measured.total.failures.get(cause).copied().unwrap_or(0);
    let about =
        |count: u64, kind| assert!((saw(kind).saturating_sub(late)..=saw(kind)).contains(&count), "{measured:?}");
    about(at("status 503"), 0);
    about(at("connection reset before the answer"), 1);
    about(at("body cut short: connection closed after 5 of 99 bytes"), 2);
    let rubbish = measured.total.failures.iter().filter(|(cause, _)| cause.starts_with("not HTTP"));
    about(rubbish.map(|(_, count)| count).sum(), 3);
    let samples = &measured.total.response_time;
    assert_eq!(samples.samples, requests.intended, "failed requests are inside the percentiles");
    assert!(samples.max_s >= Some(0.3), "and those that timed out at no less than the timeout");
}

#[test]
fn answers_that_never_end_time_out_at_no_less_than_the_timeout() {
    let endless = [
        Reply::endless("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", "x", MS(5)),
        Reply::endless("HTTP/1.1 200 OK\r\n", "x-more: and more\r\n", MS(50)),
        Reply::endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "4\r\nmore\r\n", MS(1)),
        Reply::endless("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", MS(5)),
        Reply::silence(),
    ];
    let server = ScriptedServer::start(move |received| endless[received.number as usize % 5].clone());
    let plan = Workload { timeout: MS(250), ..workload(5, RunLength::Requests(10)) };
    let began = Instant::now();
    let measured = run(&plan, async |user| user.get(&server.url, "/").await.map(drop));
    assert_eq!(measured.total.requests.timed_out, 10, "{:?}", measured.total.failures);
    assert!(measured.total.response_time.min_s >= Some(0.25));
    // 2 × 250 ms; up to ten times that is a very busy machine, and not a run that fails to end.
    assert!(began.elapsed() < MS(5_000), "{:?}", began.elapsed());
}

#[test]
fn a_server_frozen_for_the_last_third_fails_the_test_although_99_percent_were_answered() {
    let server = ScriptedServer::start(|received| match received.at {
        at if at < MS(1_400) => Reply::send_after(MS(1), OK),
        _ => Reply::silence(),
    });
    let plan = Workload { timeout: MS(1_500), ..workload(4, RunLength::Duration(MS(2_000))) };
    let began = Instant::now();
    let measured = run(&plan, async |user| user.get(&server.url, "/").await.map(drop));
    assert!(began.elapsed() < MS(8_000), "a run ends in time: {:?}", began.elapsed());
    assert!(matches!(measured.ended, Ended::FellSilent(silence) if silence >= MS(200)), "{:?}", measured.ended);
    let requests = measured.total.requests;
    assert_eq!(requests.timed_out + requests.in_flight_at_end, 4, "one of each user: {requests:?}");
    let judgement = judged(&measured, &["success_rate >= 50%"]);
    assert!(!matches!(judgement.outcome, Outcome::Passed), "{judgement:?}");
    assert_eq!(server.received().len() as u64, requests.intended);
}

#[test]
fn a_server_that_never_answers_is_given_up_and_what_was_not_sent_is_counted() {
    let server = ScriptedServer::start(|_| Reply::silence());
    let plan = Workload { timeout: MS(100), ..workload(3, RunLength::Requests(1_000)) };
    let measured = run(&plan, async |user| user.get(&server.url, "/").await.map(drop));
    assert!(matches!(measured.ended, Ended::NoAnswer(_)));
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok, requests.failed), (1_000, 0, 0));
    assert_eq!(server.received().len() as u64, requests.timed_out + requests.in_flight_at_end);
}

#[test]
fn answers_without_a_body_and_interim_answers_are_read_as_http_requires() {
    let server = ScriptedServer::start(|received| match (received.method.as_str(), received.path.as_str()) {
        ("HEAD", _) => Reply::send("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n"),
        (_, "/204") => Reply::send("HTTP/1.1 204 None\r\n\r\n"),
        (_, "/304") => Reply::send("HTTP/1.1 304 Same\r\ncontent-length: 500\r\n\r\n"),
        (_, "/1xx") => Reply::send("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        _ => Reply::send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
    });
    let measured = run(&workload(2, RunLength::Requests(100)), async |user| {
        user.head(&server.url, "/").await?;
        user.get(&server.url, "/204").expect(204).await?;
        user.get(&server.url, "/304").expect(304).await?;
        user.get(&server.url, "/1xx").expect(200).await?;
        let page = user.get(&server.url, "/empty").await?;
        user.check("a full page", !page.bytes().is_empty())
    });
    assert_eq!(measured.total.failures.keys().collect::<Vec<_>>(), ["check: a full page"], "{:?}", measured.total);
    // What the last iterations send beyond the 100 requests is outside the measurement.
    let (inside, outside) = (measured.total.requests, measured.outside);
    assert_eq!(inside.intended, 100);
    assert_eq!(inside.failed + outside.failed, server.received_at("/empty"));
    assert_eq!(inside.intended + outside.intended, server.received().len() as u64);
}

#[test]
fn of_kept_connections_closed_at_random_only_requests_that_meet_the_closing_fail_and_second_answers_are_ignored() {
    let server = ScriptedServer::start(|received| match draw(received.number, 5) {
        0 => Reply::close(OK),
        1 => {
            Reply::send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
        }
        _ => Reply::send(OK),
    });
    let measured = run(&workload(4, RunLength::Requests(400)), async |user| {
        let answer = user.get(&server.url, "/").await?;
        user.check("the first answer, and not the second", answer.bytes() == b"{}")
    });
    let (requests, failures) = (measured.total.requests, &measured.total.failures);
    assert_eq!(requests.intended, 400);
    // Whether a request meets the closing is a matter of microseconds. One that came too late is sent again; one that came
    // just before is thrown away by the server's system, which looks like a server that fails on purpose.
    assert!(failures.keys().all(|cause| cause.starts_with("connection ")), "{failures:?}");
    let seen = server.received();
    assert_eq!((seen.len() as u64, requests.failed), (requests.ok, 400 - requests.ok), "{failures:?}");
    let closed = seen.iter().filter(|received| draw(received.number, 5) == 0).count() as u64;
    assert!(requests.failed <= closed, "{failures:?} of {closed}");
}

#[test]
fn a_reset_of_a_busy_connection_is_counted_and_the_request_never_sent_again() {
    let server =
        ScriptedServer::start(|received| if received.number % 10 == 5 { Reply::reset() } else { Reply::send(OK) });
    let measured = run(&workload(4, RunLength::Requests(100)), async |user| user.get(&server.url, "/").await.map(drop));
    assert_eq!((measured.total.requests.ok, measured.generator.resent, server.received().len()), (90, 0, 100));
    assert_eq!(measured.total.failures["connection reset before the answer"], 10, "{:?}", measured.total.failures);
}

#[test]
fn a_request_that_the_server_saw_twice_counts_once_and_is_reported() {
    let server = ScriptedServer::start(|received| if received.number == 1 { Reply::reset() } else { Reply::send(OK) });
    let measured = run(&workload(1, RunLength::Requests(2)), async |user| {
        user.get(&server.url, "/").await?;
        // A connection that was idle for a second may have been closed for that, so its request gets one more chance.
        user.think(MS(1_100)).await;
        Ok(())
    });
    assert_eq!((measured.total.requests.ok, measured.generator.resent, server.received().len()), (2, 1, 3));
    // A server that drops requests would look the same.
    assert!(judged(&measured, &[]).warnings.iter().any(|warning| warning.contains("sent again")));
}

#[test]
fn throughput_is_what_the_server_received_and_users_divided_by_their_times() {
    let (users, span) = (10, MS(1_500));
    let server = ScriptedServer::start(|_| Reply::send_after(MS(20), OK));
    let watch = Stopwatch::default();
    let measured = run(&workload(users, RunLength::Duration(span)), async |user| {
        let started = Instant::now();
        user.get(&server.url, "/").await?;
        watch.add(started.elapsed());
        Ok(())
    });
    let (mean_s, per_s) = (measured.total.response_time.mean_s.unwrap(), measured.total.throughput_per_s.unwrap());
    let received = server.received();
    assert_eq!(received.len() as u64, measured.total.requests.intended + measured.outside.intended);

    // What the server received while the load lasted. Each user may have one request under way at the end of it.
    let until = received[0].at + span;
    let of_the_server = received.iter().filter(|received| received.at <= until).count() as f64;
    let (expected_per_s, edge_per_s) = (of_the_server / span.as_secs_f64(), users as f64 / span.as_secs_f64());
    assert!((per_s - expected_per_s).abs() <= edge_per_s, "{per_s}/s, the server received {expected_per_s}/s");

    // A request is part of its call, which does little else.
    let call_s = watch.mean_s();
    assert!((0.95 * call_s..=call_s).contains(&mean_s), "{mean_s} s in calls of {call_s} s");
    // No user has two requests at once, but the last ones end after the planned end.
    let at_once = mean_s * per_s;
    assert!(at_once <= users as f64 + mean_s * edge_per_s, "{at_once} requests of {users} users at once");
}

#[test]
fn one_request_and_a_long_pause_are_not_a_throughput_of_a_thousand() {
    let server = ScriptedServer::start(|_| Reply::send(OK));
    let measured = run(&workload(1, RunLength::Duration(MS(500))), async |user| {
        user.get(&server.url, "/").await?;
        user.think(MS(60_000)).await;
        Ok(())
    });
    assert_eq!(measured.total.requests.ok, 1);
    assert!(measured.total.throughput_per_s.unwrap() <= 2.0, "{:?}", measured.total.throughput_per_s);
}

const STOPPED: &str = "the_generator_that_is_stopped";

#[test]
fn a_generator_that_was_stopped_makes_the_run_invalid_and_does_not_blame_the_server() {
    let mut child = std::process::Command::new(std::env::current_exe().expect("this binary"))
        .args([STOPPED, "--exact", "--ignored", "--nocapture"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("this binary starts");
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let mut printed = String::new();
    while !printed.contains("begun") && output.read_line(&mut printed).expect("text") > 0 {}
    std::thread::sleep(MS(500));
    stop_for(child.id(), MS(700));
    output.read_to_string(&mut printed).expect("text");
    assert!(child.wait().expect("it ends").success(), "{printed}");
    assert!(printed.contains("Invalid: ") && printed.contains("the generator was held up"), "{printed}");
}

/// Stopped in the middle, with a timeout and three times the timeout that are over when it goes on.
#[test]
#[ignore = "run by the test above, in a process of its own that can be stopped"]
fn the_generator_that_is_stopped() {
    let server = ScriptedServer::start(|_| Reply::send_after(MS(5), OK));
    let plan = Workload { timeout: MS(200), ..workload(4, RunLength::Duration(MS(2_500))) };
    let begun = std::sync::Once::new();
    let measured = run(&plan, async |user| {
        begun.call_once(|| println!("begun"));
        user.get(&server.url, "/").await.map(drop)
    });
    let judgement = judged(&measured, &["success_rate >= 100%", "max < 100ms"]);
    println!("{:?}: {}", judgement.outcome, judgement.reason.unwrap_or_default());
}
