//! How a run ends: without answers, by a stop, by a panic, by users that cannot be set up or torn down.

use super::fake::EnterFn;
use super::support::*;

#[tokio::test(start_paused = true)]
async fn a_run_without_any_answer_gives_up_after_three_timeouts() {
    let plan = Workload { timeout: S(2), ..workload(3, RunLength::Requests(100)) };
    let measured = run(&Fake::doing([Step::Hang]), &plan).await;
    assert_eq!(measured.ended, Ended::NoAnswer(S(6)));
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.ok), (100, 0));
    assert!((6..=9).contains(&requests.timed_out), "{requests:?}");
    assert_eq!(requests.never_sent, 100 - requests.timed_out - requests.in_flight_at_end);
}

#[tokio::test(start_paused = true)]
async fn one_user_that_gets_answers_keeps_the_run_going() {
    let plan = Workload { timeout: S(2), ..workload(2, RunLength::Duration(S(20))) };
    let measured = run(&Fake::doing([Step::Request(100), Step::OnlyUser(1), Step::Hang]), &plan).await;
    assert_eq!(measured.ended, Ended::AsPlanned);
    assert!(measured.total.requests.timed_out >= 9);
}

#[tokio::test(start_paused = true)]
async fn long_think_times_do_not_count_as_missing_answers() {
    let plan = Workload { timeout: S(1), ..workload(2, RunLength::Requests(4)) };
    let measured = run(&Fake::doing([Step::Think(60_000), Step::Request(1)]), &plan).await;
    assert_eq!((measured.ended, measured.total.requests.ok), (Ended::AsPlanned, 4));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_run_at_once_and_every_request_has_its_place() {
    let stop = Stop::default();
    let stopping = stop_after(MS(1_050), "server `agent` died", &stop);
    let began = tokio::time::Instant::now();
    let measured =
        run_beside(&Fake::doing([Step::Request(100)]), &workload(5, RunLength::Requests(1_000)), &stop, stopping).await;
    assert_eq!(measured.ended, Ended::Stopped("server `agent` died".to_owned()));
    assert!(began.elapsed() < MS(1_060), "{:?}", began.elapsed());
    let requests = measured.total.requests;
    assert_eq!((requests.ok, requests.in_flight_at_end, requests.never_sent, requests.intended), (50, 5, 945, 1_000));
}

#[tokio::test(start_paused = true)]
async fn a_stop_by_a_user_itself_is_seen_before_the_next_iteration() {
    let fake = Fake::doing([Step::Request(100), Step::StopAt(500)]);
    let measured = run(&fake, &workload(1, RunLength::Requests(1_000))).await;
    assert_eq!(measured.ended, Ended::Stopped("server `agent` died".to_owned()));
    assert_eq!((measured.total.requests.ok, measured.total.requests.never_sent), (5, 995));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_permitted_but_not_yet_sent_was_never_sent() {
    let stop = Stop::default();
    let stopping = stop_after(MS(500), "interrupted", &stop);
    let fake = Fake::doing([Step::Think(1_000), Step::Request(100)]);
    let measured = run_beside(&fake, &workload(5, RunLength::Requests(100)), &stop, stopping).await;
    assert_eq!((measured.total.requests.never_sent, measured.total.requests.intended), (100, 100));
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_run_and_its_message_is_kept() {
    let fake = Fake::doing([Step::Request(100), Step::OnlyUser(2), Step::Panic]);
    let measured = run(&fake, &workload(4, RunLength::Requests(1_000))).await;
    assert_eq!(measured.ended, Ended::Broken("the test's function panicked: the author's mistake".to_owned()));
    assert_eq!(measured.total.failures["panicked: the author's mistake"], 1);
    assert!(measured.total.requests.never_sent > 900);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_built_wrongly_ends_the_run_and_is_in_no_figure() {
    for length in [RunLength::Requests(1_000), RunLength::Duration(S(60))] {
        let began = tokio::time::Instant::now();
        let measured = run(&Fake::doing([Step::Mistake]), &workload(4, length)).await;
        let why = "the test's own mistake ended it at once: GET health was not sent: write \"/health\"";
        assert_eq!(measured.ended, Ended::Broken(why.to_owned()));
        let requests = measured.total.requests;
        assert_eq!((requests.ok, requests.failed, measured.total.response_time.samples), (0, 0, 0), "{requests:?}");
        assert_eq!(measured.iteration.requests.intended, 0);
        assert!(requests.is_conserved() && began.elapsed() < S(1), "{requests:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_whose_every_iteration_fails_before_a_request_ends_as_the_authors_mistake() {
    let fails = [Step::Think(5), Step::Fail];
    let measured = run(&Fake::doing(fails), &workload(2, RunLength::Duration(S(60)))).await;
    let Ended::Broken(why) = &measured.ended else { panic!("{:?}", measured.ended) };
    assert!(why.contains("before it sent a request, ") && why.ends_with(" in a row: no such field"), "{why}");
    let iterations = measured.iteration.requests.intended;
    assert!((300..=404).contains(&iterations), "a second of two users, not a minute: {iterations}");
    let now_and_then = [Step::Think(5), Step::OnlyUser(0), Step::Fail];
    let measured = run(&Fake::doing(now_and_then), &workload(2, RunLength::Duration(S(5)))).await;
    assert_eq!(measured.ended, Ended::AsPlanned, "another user gets further");
}

#[tokio::test(start_paused = true)]
async fn a_user_that_cannot_be_set_up_ends_the_run_and_no_other_user_hangs() {
    let refuse: EnterFn = |slot| if slot.number == 3 { Err("fixture `token`: status 401".to_owned()) } else { Ok(()) };
    let fake = Fake { enter: Some(refuse), ..Fake::doing([Step::Request(100)]) };
    let measured = run(&fake, &workload(5, RunLength::Requests(10))).await;
    assert_eq!(measured.ended, Ended::Broken("fixture `token`: status 401".to_owned()));
    assert_eq!((measured.total.requests.never_sent, measured.total.requests.intended), (10, 10));
    assert!(fake.left.load(Ordering::Relaxed) < 5, "user 3 never entered");
}

#[tokio::test(start_paused = true)]
async fn a_set_up_that_panics_or_never_ends_ends_the_run() {
    let fake = Fake { enter: Some(|_| panic!("no token")), ..Fake::doing([Step::Request(100)]) };
    let measured = run(&fake, &workload(2, RunLength::Requests(10))).await;
    assert!(
        matches!(&measured.ended, Ended::Broken(text) if text.ends_with("panicked: no token")),
        "{:?}",
        measured.ended
    );
    let fake = Fake { entering: S(3_600), ..Fake::doing([Step::Request(100)]) };
    let measured = run(&fake, &workload(2, RunLength::Requests(10))).await;
    assert!(
        matches!(&measured.ended, Ended::Broken(text) if text.contains("not ready after 60 s")),
        "{:?}",
        measured.ended
    );
}

#[tokio::test(start_paused = true)]
async fn errors_of_the_tear_down_are_collected_and_change_nothing_else() {
    let fake = Fake { leave_error: true, ..Fake::doing([Step::Request(100)]) };
    let mut measured = run(&fake, &workload(2, RunLength::Requests(10))).await;
    measured.leave_errors.sort();
    assert_eq!((measured.ended, measured.total.requests.ok), (Ended::AsPlanned, 10));
    assert_eq!(measured.leave_errors, ["user 0 could not log out", "user 1 could not log out"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_every_connection_for_a_timeout_ends_the_run() {
    let fake = Fake::doing([Step::RefusedFrom(100, 2_000)]);
    let plan = Workload { timeout: S(3), ..workload(4, RunLength::Requests(1_000)) };
    let measured = run(&fake, &plan).await;
    let Ended::Refused { since, waited, cause } = measured.ended else { panic!("{:?}", measured.ended) };
    assert_eq!((since, waited.as_secs(), &*cause), (S(2), 3, "connection refused"));
    let requests = measured.total.requests;
    assert!(requests.ok == 76 && requests.never_sent > 700 && requests.intended == 1_000, "{requests:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_one_connection_in_two_ends_nothing() {
    let fake = Fake::doing([Step::RefusedFrom(50, 0), Step::Request(50)]);
    let plan = Workload { timeout: S(3), ..workload(4, RunLength::Duration(S(10))) };
    let measured = run(&fake, &plan).await;
    assert_eq!((measured.ended, measured.total.requests.failed), (Ended::AsPlanned, 400));
}

#[tokio::test(start_paused = true)]
async fn users_that_never_come_back_are_named_and_those_that_pause_are_not() {
    let fake = Fake::doing([Step::Request(10), Step::OnlyUser(1), Step::Forever]);
    let measured = run(&fake, &workload(3, RunLength::Duration(S(1)))).await;
    assert_eq!((measured.ended, measured.unfinished.users), (Ended::AsPlanned, vec![1]));
    let thinks = Fake::doing([Step::Request(10), Step::Think(3_600_000)]);
    let measured = run(&thinks, &workload(3, RunLength::Duration(S(1)))).await;
    assert_eq!(measured.unfinished.users, Vec::<usize>::new());
}

#[tokio::test(start_paused = true)]
async fn a_number_of_requests_ends_although_a_user_never_comes_back() {
    let fake = Fake::doing([Step::Request(10), Step::OnlyUser(1), Step::Forever]);
    let measured = run(&fake, &workload(3, RunLength::Requests(20))).await;
    assert_eq!((measured.ended, measured.total.requests.ok), (Ended::AsPlanned, 20));
    assert_eq!(measured.unfinished.users, [1]);
}

#[tokio::test(start_paused = true)]
async fn a_run_in_which_no_user_comes_back_is_not_the_servers_fault() {
    let fake = Fake::doing([Step::Request(10), Step::Forever]);
    let measured = run(&fake, &workload(3, RunLength::Requests(20))).await;
    let Ended::Broken(why) = measured.ended else { panic!("{:?}", measured.ended) };
    assert!(why.starts_with("no user of the test came back from its iteration for 30 s"), "{why}");
}
