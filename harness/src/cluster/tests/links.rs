//! Two processes over a real broker.

use std::time::Duration;

use super::real_broker::RealBroker;
use crate::cluster::link::{BrokerLink, LinkError, LinkState};

const S: fn(u64) -> Duration = Duration::from_secs;

/// Answers every call with the message itself, for as long as it exists.
async fn echo(link: &BrokerLink, subject: &str) -> tokio::task::JoinHandle<()> {
    let mut inbox = link.subscribe(subject).await.expect("it is connected");
    tokio::spawn(async move {
        while let Some(incoming) = inbox.next().await {
            let answer = (incoming.message.len() as u64).to_le_bytes().to_vec();
            inbox.answer(&incoming, answer).await;
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_of_20_mb_arrives_whole_and_is_answered_once() {
    let Some(broker) = RealBroker::start() else { return };
    let (one, other) = (
        BrokerLink::connect(&broker.address(), "one", 1).await.unwrap(),
        BrokerLink::connect(&broker.address(), "other", 2).await.unwrap(),
    );
    let answering = echo(&other, "run.other").await;
    let length = 20_000_000_u64;
    let answer = one.call("run.other", &vec![7; length as usize], S(10)).await.unwrap();
    assert_eq!(answer, length.to_le_bytes());
    answering.abort();
}

#[tokio::test]
async fn a_process_that_is_not_there_is_known_after_two_seconds() {
    let Some(broker) = RealBroker::start() else { return };
    let one = BrokerLink::connect(&broker.address(), "one", 1).await.unwrap();
    assert_eq!(one.call("run.other", b"x", S(5)).await, Err(LinkError::NoResponder));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_call_waits_for_a_process_that_is_away_for_three_seconds() {
    let Some(broker) = RealBroker::start() else { return };
    let (one, other) = (
        BrokerLink::connect(&broker.address(), "one", 1).await.unwrap(),
        BrokerLink::connect(&broker.address(), "other", 2).await.unwrap(),
    );
    let coming = async {
        tokio::time::sleep(S(3)).await;
        // In a list, as what ends with a handle looks like a forgotten `await`.
        [echo(&other, "run.other").await]
    };
    let (answer, [answering]) = tokio::join!(one.call_patiently("run.other", b"abc", S(5)), coming);
    assert_eq!(answer, Ok(3_u64.to_le_bytes().to_vec()));
    answering.abort();
}

#[tokio::test]
async fn a_broker_that_accepts_only_small_messages_is_refused_with_the_setting() {
    let Some(broker) = RealBroker::accepting("512KB") else { return };
    let text = BrokerLink::connect(&broker.address(), "one", 1).await.err().unwrap().to_string();
    assert!(text.contains("accepts messages of at most 524288 bytes") && text.contains("set max_payload"), "{text}");
    let Some(broker) = RealBroker::accepting("1MB") else { return };
    assert!(BrokerLink::connect(&broker.address(), "one", 1).await.is_ok(), "so it is without the setting");
}

#[tokio::test]
async fn a_process_that_does_not_answer_is_given_up_after_the_limit() {
    let Some(broker) = RealBroker::start() else { return };
    let one = BrokerLink::connect(&broker.address(), "one", 1).await.unwrap();
    let _silent = one.subscribe("run.silent").await.unwrap();
    assert_eq!(one.call("run.silent", b"x", S(2)).await, Err(LinkError::NoAnswer(S(2))));
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_what_to_do_and_without_the_token() {
    let Some(broker) = RealBroker::start() else { return };
    let refused = BrokerLink::connect(&broker.with_token("wrong"), "one", 1).await.err().unwrap();
    let text = refused.to_string();
    assert!(matches!(refused, LinkError::Refused { .. }), "{text}");
    assert!(text.contains("PROOFLOAD_NATS") && !text.contains("wrong"), "{text}");
}

#[tokio::test]
async fn a_broker_that_only_its_own_machine_reaches_is_refused_with_the_variable_that_binds_it() {
    let Some(broker) = RealBroker::start() else { return };
    let address = broker.address();
    drop(broker);
    let text = BrokerLink::connect(&address, "one", 1).await.err().unwrap().to_string();
    assert!(text.contains("set PROOFLOAD_BIND where the run is started"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_away_for_a_second_loses_no_call() {
    let Some(broker) = RealBroker::start() else { return };
    let (one, other) = (
        BrokerLink::connect(&broker.address(), "one", 1).await.unwrap(),
        BrokerLink::connect(&broker.address(), "other", 2).await.unwrap(),
    );
    let answering = echo(&other, "run.other").await;
    let port = broker.port();
    drop(broker);
    let calling = tokio::spawn({
        let one = one.clone();
        async move { one.call("run.other", b"abc", S(10)).await }
    });
    let mut state = one.state();
    state.wait_for(|state| matches!(state, LinkState::Disconnected(_))).await.unwrap();
    tokio::time::sleep(S(1)).await;
    let again = RealBroker::start_at(i32::from(port)).expect("it was installed a moment ago");
    assert_eq!(calling.await.unwrap(), Ok(3_u64.to_le_bytes().to_vec()));
    assert_eq!(*one.state().borrow(), LinkState::Connected);
    answering.abort();
    drop(again);
}
