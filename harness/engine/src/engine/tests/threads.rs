//! Several worker threads, in real time.

use super::open::rate;
use super::support::*;
use crate::engine::offer::offer;
use crate::measure::Live;

#[test]
fn worker_threads_share_one_budget_and_all_end() {
    let live = Arc::<Live>::default();
    let fake = Fake::doing([Step::Request(1)]);
    let plan = Workload { warmup: Warmup::Requests(30), ..workload(20, RunLength::Requests(500)) };
    let measured = offer(&fake, &plan, &Stop::default(), &live);
    assert_eq!((measured.total.requests.ok, measured.outside.ok), (500, 30));
    assert_eq!((live.ok(), live.users.load(Ordering::Relaxed)), (530, 20));
    assert!(measured.generator.cpu_s.is_some() && measured.generator.workers >= 1);
}

#[test]
fn a_panic_on_one_thread_ends_the_run_on_the_others() {
    let fake = Fake::doing([Step::Request(1), Step::OnlyUser(1), Step::Panic]);
    let measured = offer(&fake, &workload(8, RunLength::Duration(S(3_600))), &Stop::default(), &Arc::default());
    assert!(matches!(&measured.ended, Ended::Broken(text) if text.ends_with("panicked: the author's mistake")));
}

#[test]
fn a_function_that_never_waits_can_still_be_stopped() {
    let (stop, live) = (Stop::default(), Arc::<Live>::default());
    let measured = std::thread::scope(|scope| {
        scope.spawn(|| {
            while live.users.load(Ordering::Relaxed) < 3 {
                std::thread::yield_now();
            }
            stop.pull("interrupted");
        });
        offer(&Fake::doing([]), &workload(3, RunLength::Duration(S(3_600))), &stop, &live)
    });
    assert_eq!(measured.ended, Ended::Stopped("interrupted".to_owned()));
}

#[test]
fn worker_threads_carry_out_one_plan_together() {
    let live = Arc::<Live>::default();
    let plan = rate(400.0, MS(500), 64);
    let measured = offer(&Fake::doing([Step::Request(1)]), &plan, &Stop::default(), &live);
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (200, 200));
    assert_eq!((measured.generator.planned, measured.generator.sent), (Some(200), Some(200)));
    assert_eq!(measured.generator.pacer_lag.as_ref().unwrap().samples, 200);
    assert_eq!(live.ok(), 200);
}

#[test]
fn a_function_that_keeps_its_thread_is_reported_before_it_comes_back() {
    let stop = Stop::default();
    let plan = Workload { timeout: MS(100), ..workload(1, RunLength::Duration(MS(100))) };
    let began = std::time::Instant::now();
    let reported = std::thread::scope(|scope| {
        scope.spawn(|| offer(&Fake::doing([Step::Block(5_000)]), &plan, &stop, &Arc::default()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        (runtime.block_on(stop.stuck()).to_owned(), began.elapsed())
    });
    assert!(reported.0.starts_with("the test's function has kept its thread for 2."), "{}", reported.0);
    assert!(reported.1 < S(5), "{reported:?}");
}

#[test]
fn work_in_spawn_blocking_is_not_waited_for_and_is_reported() {
    let began = std::time::Instant::now();
    let fake = Fake::doing([Step::SpawnBlocking(20_000), Step::Request(1)]);
    let measured = offer(&fake, &workload(1, RunLength::Requests(1)), &Stop::default(), &Arc::default());
    assert!(began.elapsed() < S(15), "{:?}", began.elapsed());
    assert!(measured.unfinished.has_blocking_work);
    assert_eq!(measured.total.requests.ok, 1);
}
