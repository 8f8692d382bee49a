//! Every request of a measurement is handed on, once, however it ends.

use super::listed::Listed;
use super::open::rate;
use super::support::*;
use crate::measure::{Moment, RequestRow, RowEndpoint, RowFate};
use crate::workload::Overflow;

/// The rows of a run that is stopped after `stop_ms`.
async fn rows(steps: &[Step], workload: &Workload, stop_ms: u64) -> Vec<RequestRow> {
    let (stop, listed) = (Stop::default(), Arc::<Listed>::default());
    let stopping = stop_after(MS(stop_ms), "interrupted", &stop);
    let fake = Fake::doing(steps);
    let measured = tokio::join!(measure_into(&fake, workload, &stop, &listed), stopping).0;
    listed.check(&measured);
    assert!(listed.endpoints.lock().unwrap().iter().all(|name| name == "GET /"));
    let mut rows = listed.rows.lock().unwrap().clone();
    rows.sort_by_key(|row| (row.intended, row.sent));
    rows
}

fn ms(moment: Option<Moment>) -> Option<u128> {
    moment.map(|moment| moment.since_start().as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_row_has_the_user_and_the_times_of_its_request() {
    let rows = rows(&[Step::Request(100)], &workload(2, RunLength::Requests(4)), 60_000).await;
    let seen: Vec<_> =
        rows.iter().map(|row| (ms(row.intended), ms(row.sent), ms(row.done), row.endpoint, row.fate)).collect();
    let row = |at, done| (Some(at), Some(at), Some(done), RowEndpoint::Number(0), RowFate::Ok);
    assert_eq!(seen, [row(0, 100), row(0, 100), row(100, 200), row(100, 200)]);
    let mut users: Vec<_> = rows.iter().map(|row| row.user).collect();
    users.sort_unstable();
    assert_eq!(users, [Some(0), Some(0), Some(1), Some(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_leaves_a_row_for_what_is_open_and_for_what_was_never_sent() {
    // The first is open at 150 ms; of four arrivals at 50, 150, 250 and 350 ms, one user takes the first.
    let closed = rows(&[Step::Request(1_000)], &workload(1, RunLength::Requests(3)), 150).await;
    let seen: Vec<_> = closed.iter().map(|row| (row.fate, ms(row.intended), row.response_ns())).collect();
    let never = (RowFate::NeverSent, None, None);
    assert_eq!(seen, [never, never, (RowFate::InFlightAtEnd, Some(0), Some(150_000_000))]);
    let open = rows(&[Step::Request(1_000)], &rate(10.0, MS(400), 1), 260).await;
    let seen: Vec<_> = open.iter().map(|row| (row.fate, ms(row.intended), ms(row.sent), row.user)).collect();
    let never = |at| (RowFate::NeverSent, Some(at), None, None);
    let in_flight = (RowFate::InFlightAtEnd, Some(50), Some(50), Some(0));
    assert_eq!(seen, [in_flight, never(150), never(250), never(350)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_shed_at_the_cap_has_a_row_without_a_time() {
    let mut plan = rate(10.0, MS(400), 1);
    if let LoadModel::Open(arrivals) = &mut plan.model {
        arrivals.overflow = Overflow::Shed;
    }
    let seen: Vec<_> = rows(&[Step::Request(150)], &plan, 60_000).await;
    let seen: Vec<_> = seen.iter().map(|row| (row.fate, ms(row.intended), row.response_ns())).collect();
    let (ok, shed) = (|at| (RowFate::Ok, Some(at), Some(150_000_000)), |at| (RowFate::NeverSent, Some(at), None));
    assert_eq!(seen, [ok(50), shed(150), ok(250), shed(350)]);
}

#[tokio::test(start_paused = true)]
async fn the_warm_up_has_no_rows_but_what_it_carries_over_has() {
    // At 1 s, when the measurement begins, the server has stood still for a while; each of the two waits until 3 s.
    let steps = [Step::StalledFromTo(500, 3_000), Step::Request(10)];
    let plan = Workload { warmup: Warmup::Duration(S(1)), ..workload(2, RunLength::Duration(S(4))) };
    let rows = rows(&steps, &plan, 60_000).await;
    let carried: Vec<_> = rows.iter().filter(|row| row.user.is_none()).collect();
    assert_eq!(carried.len(), 2, "{} rows", rows.len());
    assert!(carried.iter().all(|row| ms(row.intended) == Some(1_000) && row.bytes().is_none()), "{carried:?}");
}
