//! Code of the test that holds its worker, in real time: a blocked thread does not move tokio's paused clock.

use super::fake::EnterFn;
use super::open::rate;
use super::support::*;

fn longest_poll_s(measured: &Measured) -> f64 {
    measured.generator.longest_poll_s.unwrap_or_default()
}

fn held_share(measured: &Measured) -> f64 {
    measured.generator.held_share.unwrap_or_default()
}

#[tokio::test]
async fn code_that_blocks_while_other_users_wait_is_noticed() {
    // User 0 blocks after each answer, and the requests of the others are read late.
    let fake = Fake::doing([Step::Request(1), Step::OnlyUser(0), Step::Block(60)]);
    let measured = run(&fake, &workload(4, RunLength::Duration(MS(400)))).await;
    // Less the time for which this thread waited for a core, which on a busy machine may have begun before the poll.
    assert!(longest_poll_s(&measured) >= 0.05, "{:?}", measured.generator);
    assert!(held_share(&measured) > 0.3, "{:?}", measured.generator);
}

#[tokio::test]
async fn users_that_each_block_for_a_moment_hold_the_worker_together() {
    // Each blocks for 5 ms after its answer, and the answer to the last of the 20 is read after all the others have.
    let fake = Fake::doing([Step::Request(1), Step::Block(5)]);
    let measured = run(&fake, &workload(20, RunLength::Duration(MS(600)))).await;
    assert!(longest_poll_s(&measured) >= 0.03, "{:?}", measured.generator);
    assert!(held_share(&measured) > 0.3, "{:?}", measured.generator);
}

#[tokio::test]
async fn a_task_that_the_code_spawns_and_that_blocks_is_noticed() {
    let fake = Fake::doing([Step::Request(1), Step::OnlyUser(0), Step::BlockInTask(80)]);
    let measured = run(&fake, &workload(4, RunLength::Duration(MS(400)))).await;
    assert!(longest_poll_s(&measured) >= 0.06, "{:?}", measured.generator);
    assert!(held_share(&measured) > 0.3, "{:?}", measured.generator);
    assert!(measured.generator.longest_turn_s >= Some(0.08), "an answer was read late: {:?}", measured.generator);
}

#[tokio::test]
async fn tasks_that_await_hold_up_no_user() {
    let fake = Fake::doing([Step::Request(1), Step::BlockInTask(0), Step::Think(1)]);
    let measured = run(&fake, &workload(4, RunLength::Duration(MS(200)))).await;
    assert_eq!((measured.generator.longest_poll_s, measured.generator.held_share), (None, Some(0.0)));
}

#[tokio::test]
async fn a_benchmark_of_several_users_notices_it_too() {
    let fake = Fake::doing([Step::Request(1), Step::OnlyUser(0), Step::Block(30)]);
    let plan = Workload { warmup: Warmup::Requests(3), ..workload(3, RunLength::Requests(40)) };
    let measured = run(&fake, &plan).await;
    assert!(longest_poll_s(&measured) >= 0.03, "{:?}", measured.generator);
    assert!(held_share(&measured) > 0.1, "{:?}", measured.generator);
}

#[tokio::test]
async fn an_open_workload_is_held_even_if_nothing_is_in_flight() {
    let fake = Fake::doing([Step::Block(30), Step::Request(1)]);
    let measured = run(&fake, &rate(10.0, MS(500), 2)).await;
    assert!(longest_poll_s(&measured) >= 0.03, "{:?}", measured.generator);
}

#[tokio::test]
async fn one_user_alone_holds_up_no_other() {
    // What it measures may be a computation.
    let fake = Fake::doing([Step::Request(1), Step::Block(30)]);
    let measured = run(&fake, &workload(1, RunLength::Duration(MS(200)))).await;
    assert_eq!((measured.generator.longest_poll_s, measured.generator.held_share), (None, Some(0.0)));
}

#[tokio::test]
async fn what_blocks_before_the_measurement_does_not_count() {
    let block: EnterFn = |_| {
        std::thread::sleep(MS(50));
        Ok(())
    };
    let fake = Fake { enter: Some(block), ..Fake::doing([Step::Request(1)]) };
    let measured = run(&fake, &workload(3, RunLength::Requests(30))).await;
    assert!(longest_poll_s(&measured) < 0.05, "{:?}", measured.generator);
}
