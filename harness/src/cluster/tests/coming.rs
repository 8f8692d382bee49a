//! Processes that come up in another order than usual, over a real broker.

use std::collections::HashMap;
use std::time::Duration;

use super::in_process::{InProcess, at_work, in_time, own, seat, ticking};
use super::real_broker::RealBroker;
use crate::cluster::link::LinkError;
use crate::cluster::worker::{JoinedWorker, Seat, WorkerError, WorkerPlan};

fn plan() -> WorkerPlan {
    WorkerPlan { run_id: "run".to_owned(), tests: HashMap::new(), described: Vec::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_no_coordinator_has_started_waits_for_the_broker_and_then_for_the_coordinator() {
    let Some(broker) = RealBroker::start() else { return };
    let (address, port) = (broker.address(), broker.port());
    drop(broker);
    let early = Seat { waits: Duration::from_secs(20), ..seat(address, 0) };
    let coming = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let broker = RealBroker::start_at(i32::from(port)).expect("it was installed a moment ago");
        tokio::time::sleep(Duration::from_secs(3)).await;
        InProcess::with(broker, 1, own()).await
    };
    let (joined, cluster) = tokio::join!(in_time(JoinedWorker::join(plan(), early)), coming);
    let working = at_work(joined);
    assert!(cluster.coordinator.members().are_complete());
    working.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_a_coordinator_has_started_does_not_wait_for_a_broker_out_of_reach() {
    let Some(broker) = RealBroker::start() else { return };
    let address = broker.address();
    drop(broker);
    let refused = in_time(JoinedWorker::join(plan(), seat(address, 0))).await.err();
    assert!(matches!(refused, Some(WorkerError::BrokerLink(LinkError::OutOfReach { .. }))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_is_refused_at_once_also_by_who_waits() {
    let Some(broker) = RealBroker::start() else { return };
    let early = Seat { waits: Duration::from_secs(600), ..seat(broker.with_token("wrong"), 0) };
    let refused = in_time(JoinedWorker::join(plan(), early)).await.err();
    assert!(matches!(refused, Some(WorkerError::BrokerLink(LinkError::Refused { .. }))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_missed_the_end_of_its_run_takes_no_part_in_the_next_one_of_the_same_name() {
    let Some(broker) = RealBroker::start() else { return };
    let first = InProcess::with(broker, 1, own()).await;
    let left = at_work(first.join(0, ticking, 0).await);
    let next = first.followed_by_another().await;
    let ended = in_time(left).await.expect("it does not panic");
    assert!(matches!(&ended, Err(WorkerError::Alone(why)) if why.contains("no heartbeat came")), "{ended:?}");
    assert_eq!(next.coordinator.members().missing(), 1);
}
