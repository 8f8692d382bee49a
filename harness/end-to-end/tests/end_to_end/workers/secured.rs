//! A broker that is reached by TLS.

use proofload_testing::broker;
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

use super::own_broker::OwnBroker;
use super::shared_run::{finish, record, show, with_workers};

pub(crate) const SPECIFICATION: Specification = &[
    ("workers reach a broker by TLS, with a user and a password", trusted),
    ("a broker whose certificate is not trusted is named, with what to do", untrusted),
];

const NEXT: &str = "[load] probe::shared::next";

fn run(broker: &OwnBroker, workspace: &Workspace, trusts: bool) -> FinishedRun {
    finish(workspace, |workspace| {
        let mut command = workspace.command(&with_workers(&[NEXT]));
        command.env_remove("SSL_CERT_FILE").envs(broker.tls_variables(trusts));
        command
    })
}

fn trusted() {
    if !broker::is_installed() {
        return;
    }
    let run = run(&OwnBroker::start_with_tls(), &Workspace::new(), true);
    show(&run);
    let test = record(&run, NEXT);
    assert_eq!(test["totals"]["requests"]["ok"], 40, "{run}");
    assert_eq!(test["workers"].as_array().map(Vec::len), Some(2), "{run}");
}

fn untrusted() {
    if !broker::is_installed() {
        return;
    }
    let workspace = Workspace::new();
    let run = run(&OwnBroker::start_with_tls(), &workspace, false);
    show(&run);
    run.exits_with(102).says("the broker at tls://127.0.0.1:").says("SSL_CERT_FILE");
    assert!(!run.printed().contains("only by TLS"), "{run}");
    assert_eq!(workspace.trace(), [""; 0], "no server was started");
}
