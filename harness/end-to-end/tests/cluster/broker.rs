//! The NATS server of a run, as a real process.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use proofload::__internals::cluster::Broker;
use proofload_testing::process::{is_alive, signal};

use crate::support::broker;

crate::trials![
    a_client_with_the_token_is_let_in_and_no_other,
    the_token_is_in_a_file_of_its_person_alone_and_in_no_argument,
    it_listens_on_loopback_at_one_port_and_takes_messages_of_8_mb,
    it_is_gone_when_it_is_stopped_and_so_is_its_token,
    two_brokers_run_beside_each_other,
    one_that_is_killed_is_noticed,
];

/// The variable of this name, as a worker gets it.
fn variable(broker: &Broker, name: &str) -> String {
    broker.environment().into_iter().find(|(other, _)| other == name).map(|(_, value)| value).unwrap()
}

fn address(broker: &Broker) -> String {
    variable(broker, "PROOFLOAD_NATS").trim_start_matches("nats://").to_owned()
}

/// The greeting, and what it answers to a client with these options.
fn answer(broker: &Broker, options: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address(broker)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let greeting = lines.next().unwrap().unwrap();
    write!(stream, "CONNECT {{\"verbose\":false{options}}}\r\nPING\r\n").unwrap();
    (greeting, lines.next().unwrap().unwrap())
}

async fn a_client_with_the_token_is_let_in_and_no_other(folder: PathBuf) {
    let Some(broker) = broker(&folder).await else { return };
    let token = variable(&broker, "PROOFLOAD_NATS_TOKEN");
    assert_eq!(token.len(), 32);
    assert_eq!(answer(&broker, &format!(",\"auth_token\":\"{token}\"")).1, "PONG");
    for options in ["", ",\"auth_token\":\"guess\""] {
        assert!(answer(&broker, options).1.starts_with("-ERR 'Authorization Violation'"), "{options}");
    }
}

async fn the_token_is_in_a_file_of_its_person_alone_and_in_no_argument(folder: PathBuf) {
    let Some(broker) = broker(&folder).await else { return };
    let token = variable(&broker, "PROOFLOAD_NATS_TOKEN");
    let config = folder.join("broker/nats-server.conf");
    assert!(std::fs::read_to_string(&config).unwrap().contains(&token));
    assert_eq!(config.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let arguments = std::fs::read(format!("/proc/{}/cmdline", broker.pid().unwrap())).unwrap_or_default();
    assert!(!String::from_utf8_lossy(&arguments).contains(&token));
    assert!(!broker.last_words().join("\n").contains(&token) && !format!("{broker:?}").contains(&token));
}

async fn it_listens_on_loopback_at_one_port_and_takes_messages_of_8_mb(folder: PathBuf) {
    let Some(broker) = broker(&folder).await else { return };
    assert!(address(&broker).starts_with("127.0.0.1:") && broker.address().is_loopback());
    let (greeting, _) = answer(&broker, "");
    assert!(greeting.contains("\"max_payload\":8388608") && !greeting.contains("jetstream"), "{greeting}");
    let log = broker.last_words();
    let listeners: Vec<&String> = log.iter().filter(|line| line.to_lowercase().contains("listen")).collect();
    assert!(listeners.len() == 1 && listeners[0].contains(&address(&broker)), "{log:?}");
}

async fn it_is_gone_when_it_is_stopped_and_so_is_its_token(folder: PathBuf) {
    let Some(broker) = broker(&folder).await else { return };
    let (pid, address) = (broker.pid().unwrap(), address(&broker));
    assert!(is_alive(pid));
    assert!(broker.stop().await);
    assert!(!is_alive(pid) && TcpStream::connect(address).is_err());
    drop(broker);
    assert!(!folder.join("broker/nats-server.conf").exists());
}

async fn two_brokers_run_beside_each_other(folder: PathBuf) {
    let Some(one) = broker(&folder.join("one")).await else { return };
    let Some(other) = broker(&folder.join("other")).await else { return };
    assert_ne!(address(&one), address(&other));
    let token = variable(&one, "PROOFLOAD_NATS_TOKEN");
    assert!(answer(&other, &format!(",\"auth_token\":\"{token}\"")).1.starts_with("-ERR"));
}

async fn one_that_is_killed_is_noticed(folder: PathBuf) {
    let Some(broker) = broker(&folder).await else { return };
    signal("KILL", broker.pid().unwrap());
    assert_eq!(broker.ended().await.to_string(), "signal 9 (SIGKILL)");
}
