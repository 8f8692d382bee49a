//! Servers that listen at another address of this machine than 127.0.0.1. On Linux 127.0.0.2 is one.

use std::rc::Rc;
use std::time::Duration;

use proofload::__internals::server::{Server, ServerContext, in_context, start};

use crate::declared::ECHO;
use crate::support::{Stage, get, in_time};

crate::trials![
    a_declared_server_listens_at_the_address_that_is_set,
    a_command_gets_the_address_that_is_set_and_is_looked_for_there,
    a_command_that_takes_no_address_is_said_to_listen_elsewhere,
    an_address_at_which_nothing_can_listen_is_named,
];

/// `future`, with servers that listen at `bind`.
async fn bound<F: Future>(stage: &Stage, bind: &str, future: F) -> F::Output {
    let context = ServerContext {
        output_dir: stage.folder.clone(),
        fixture: None,
        started: Rc::default(),
        base: None,
        bind: Some(bind.parse().unwrap()),
    };
    in_time(in_context(context, future)).await
}

fn this() -> String {
    std::env::current_exe().unwrap().display().to_string()
}

async fn a_declared_server_listens_at_the_address_that_is_set(stage: Stage) {
    let server = bound(&stage, "127.0.0.2", start(&ECHO)).await.unwrap();
    assert!(server.url().starts_with("http://127.0.0.2:"), "{}", server.url());
    assert!(get(&server, "/health").unwrap().starts_with("HTTP/1.1 200"));
    let (_, port) = server.address().split_once(':').unwrap();
    std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap_err();
}

async fn a_command_gets_the_address_that_is_set_and_is_looked_for_there(stage: Stage) {
    let command = Server::command(this(), ["--listen", "{bind}", "{port}"]);
    let server = bound(&stage, "127.0.0.2", command.clone().start()).await.unwrap();
    assert!(server.address().starts_with("127.0.0.2:"), "{}", server.address());
    assert_eq!(server.last_lines(1), [format!("listening on {}", server.address())]);
    let unset = in_time(command.start()).await.unwrap();
    assert!(unset.address().starts_with("127.0.0.1:"), "{}", unset.address());
}

async fn a_command_that_takes_no_address_is_said_to_listen_elsewhere(stage: Stage) {
    let command =
        Server::command(this(), ["--listen", "127.0.0.1", "{port}"]).start_timeout(Duration::from_millis(700));
    let error = bound(&stage, "127.0.0.2", command.start()).await.unwrap_err().to_string();
    assert!(error.contains("; it listens on 127.0.0.1:"), "{error}");
    assert!(error.contains(" instead: let it listen on 127.0.0.2:"), "{error}");
    assert!(error.contains("which its arguments get as `{bind}` and `{port}`"), "{error}");
}

async fn an_address_at_which_nothing_can_listen_is_named(stage: Stage) {
    // Without an interface it is no whole address, on any machine.
    let error = bound(&stage, "fe80::1", start(&ECHO)).await.unwrap_err().to_string();
    assert!(error.contains("cannot listen on fe80::1: "), "{error}");
    let error = bound(&stage, "fe80::1", Server::command(this(), ["--listen", "{bind}", "{port}"]).start()).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no free port on fe80::1: "), "{error}");
}
