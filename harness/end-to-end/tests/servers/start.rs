//! How a server starts, and how it fails to.

use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use proofload::__internals::server::{Server, ServerContext, ServerError, in_context, start};
use proofload_testing::process::{DEADLINE, is_alive, wait_until};

use crate::declared::{ECHO, FAILS, NEVER_READY, PANICS, RETURNS, SILENT};
use crate::support::{Stage, get, in_time, runtime};

crate::trials![
    a_command_has_the_name_of_its_fixture_and_a_second_one_a_number,
    a_declared_server_is_ready_when_its_path_answers,
    the_output_of_a_server_is_kept_in_a_file_of_its_own,
    a_server_that_returns_an_error_fails_at_once_with_its_text,
    a_server_that_returns_fails_at_once,
    a_server_that_panics_fails_at_once_with_its_message,
    a_server_that_never_answers_well_fails_at_its_time_limit_with_the_last_status,
    a_server_that_accepts_and_never_answers_fails_at_its_time_limit,
    a_server_that_was_not_ready_is_gone_afterwards,
    a_start_that_is_cut_off_leaves_nothing_behind,
    a_server_whose_output_cannot_be_kept_names_the_file,
    a_server_needs_a_stage,
    a_command_receives_a_free_port_and_is_ready_when_it_connects,
    a_command_that_listens_on_the_other_loopback_is_found_there,
    a_command_that_listens_elsewhere_is_said_to,
    a_command_is_not_started_while_another_program_listens_at_its_port,
    a_command_waits_for_its_port_until_the_one_before_has_ended,
    a_command_is_ready_when_it_has_written_the_line,
    a_command_runs_in_its_folder_with_its_environment,
    a_command_that_ends_early_fails_at_once_with_status_and_output,
    a_program_that_does_not_exist_fails_with_the_reason,
    a_command_that_never_listens_fails_at_its_time_limit,
    an_attached_server_is_listed_too,
];

async fn a_declared_server_is_ready_when_its_path_answers(stage: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    assert!(get(&server, "/health").unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(server.name(), "echo");
    assert_eq!(server.url(), format!("http://{}", server.address()));
    assert_ne!(server.pid(), Some(std::process::id()));
    assert_eq!(server.died(), None);
    assert_eq!(stage.started.borrow().len(), 1);
}

async fn the_output_of_a_server_is_kept_in_a_file_of_its_own(stage: Stage) {
    let first = in_time(start(&ECHO)).await.unwrap();
    let second = in_time(start(&ECHO)).await.unwrap();
    assert_eq!(first.output(), Some(stage.folder.join("servers/echo.log")));
    assert_eq!(second.output(), Some(stage.folder.join("servers/echo-2.log")));
    assert_eq!(first.last_lines(10), ["echo starts", "echo complains"]);
    assert_eq!(second.last_lines(1), ["echo complains"]);
}

async fn a_server_that_returns_an_error_fails_at_once_with_its_text(stage: Stage) {
    let error = in_time(start(&FAILS)).await.unwrap_err().to_string();
    assert!(error.starts_with("server `fails` ended with exit status 1 before it was ready"), "{error}");
    assert!(error.ends_with("servers/fails.log:\n    server `fails` failed: no database"), "{error}");
    assert!(stage.started.borrow().is_empty());
}

async fn a_server_that_returns_fails_at_once(_: Stage) {
    let error = in_time(start(&RETURNS)).await.unwrap_err().to_string();
    assert!(error.contains("exit status 1"), "{error}");
    assert!(error.contains("server `returns` returned; a server must run until it is stopped"), "{error}");
}

async fn a_server_that_panics_fails_at_once_with_its_message(_: Stage) {
    let error = in_time(start(&PANICS)).await.unwrap_err().to_string();
    assert!(error.contains("exit status 101"), "{error}");
    // The last line, so that it is shown however long the backtrace above it is.
    assert!(error.ends_with("\n    server `panics` panicked: the database is on fire"), "{error}");
}

async fn a_server_that_never_answers_well_fails_at_its_time_limit_with_the_last_status(_: Stage) {
    let error = in_time(start(&NEVER_READY)).await.unwrap_err().to_string();
    assert!(error.contains("was not ready after 0.3 s: waited for GET http://127.0.0.1:"), "{error}");
    assert!(error.contains("/busy to answer with a 2xx status, the last answer was status 503"), "{error}");
    assert!(error.contains("raise its start_timeout"), "{error}");
    assert!(error.contains("echo complains"), "{error}");
}

async fn a_server_that_accepts_and_never_answers_fails_at_its_time_limit(_: Stage) {
    let error = in_time(start(&SILENT)).await.unwrap_err().to_string();
    assert!(error.contains("was not ready after 0.3 s"), "{error}");
    assert!(error.contains("there was no answer yet"), "{error}");
    assert!(error.contains("listening, and that is all"), "{error}");
}

async fn a_server_that_was_not_ready_is_gone_afterwards(stage: Stage) {
    let note = stage.folder.join("pid");
    // What is ignored stays ignored after the exec, so this one is gone only once somebody has waited for its end.
    let script = format!("trap '' TERM; echo $$ > {}; exec sleep 600", note.display());
    let command = Server::command("sh", ["-c", &script]).port(1).start_timeout(Duration::from_millis(300));
    in_time(command.start()).await.unwrap_err();
    let pid: u32 = std::fs::read_to_string(note).unwrap().trim().parse().unwrap();
    assert!(!is_alive(pid), "process {pid} is still there");
}

async fn a_start_that_is_cut_off_leaves_nothing_behind(stage: Stage) {
    let note = stage.folder.join("pid");
    let script = format!("echo $$ > {}; exec sleep 600", note.display());
    let read = || std::fs::read_to_string(&note).ok()?.trim().parse::<u32>().ok();
    let noted = async {
        while read().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = Server::command("sh", ["-c", &script]).port(1).start() => panic!("nothing listens on port 1"),
        () = in_time(noted) => {}
    }
    let pid = read().unwrap();
    wait_until("the program is gone", || !is_alive(pid));
    assert!(stage.started.borrow().is_empty());
}

async fn a_server_whose_output_cannot_be_kept_names_the_file(stage: Stage) {
    std::fs::write(stage.folder.join("servers"), "a file where the folder should be").unwrap();
    let error = in_time(start(&ECHO)).await.unwrap_err().to_string();
    assert!(error.contains("servers for the output of server `echo`"), "{error}");
    assert!(error.contains("is the folder writable?"), "{error}");
}

async fn a_server_needs_a_stage(_: Stage) {
    let without = || runtime().block_on(start(&ECHO));
    // Another thread: the stage belongs to this one's task.
    let error = std::thread::spawn(without).join().unwrap().unwrap_err();
    assert!(matches!(&error, ServerError::OutsideFixture { name } if name == "echo"), "{error}");
    assert!(error.to_string().contains("write a `#[fixture]`"), "{error}");
}

async fn a_command_receives_a_free_port_and_is_ready_when_it_connects(_: Stage) {
    let this = std::env::current_exe().unwrap().display().to_string();
    let server = in_time(Server::command(this, ["--listen", "127.0.0.1", "{port}"]).name("own").start()).await.unwrap();
    assert_eq!(server.address().split(':').next(), Some("127.0.0.1"));
    assert!(server.pid().is_some_and(is_alive));
    assert_eq!(server.last_lines(1), [format!("listening on {}", server.address())]);
}

async fn a_command_that_listens_on_the_other_loopback_is_found_there(_: Stage) {
    let this = std::env::current_exe().unwrap().display().to_string();
    let command = Server::command(this, ["--listen", "::1", "{port}"]);
    for command in [command.clone(), command.ready_line("about to listen")] {
        let server = in_time(command.start()).await.unwrap();
        assert!(server.address().starts_with("[::1]:"), "{}", server.address());
        assert_eq!(server.url(), format!("http://{}", server.address()));
    }
}

async fn a_command_that_listens_elsewhere_is_said_to(_: Stage) {
    let this = std::env::current_exe().unwrap().display().to_string();
    let command = Server::command(this, ["--listen", "127.0.0.1", "0"]).port(1);
    let error = in_time(command.start_timeout(Duration::from_millis(700)).start()).await.unwrap_err().to_string();
    assert!(error.contains("waited for 127.0.0.1:1 or [::1]:1 to accept a connection"), "{error}");
    assert!(error.contains("; it listens on 127.0.0.1:"), "{error}");
    assert!(error.contains(" instead: let it listen on 127.0.0.1:1 or [::1]:1, or give its port"), "{error}");
}

async fn a_command_is_not_started_while_another_program_listens_at_its_port(stage: Stage) {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let note = stage.folder.join("started");
    let script = format!("touch {}; exec sleep 600", note.display());
    let error = in_time(Server::command("sh", ["-c", &script]).port(port).start()).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot start server `sh` (sh): port {port} is in use by ")), "{error}");
    if cfg!(target_os = "linux") {
        assert!(error.contains(&format!("` (process {}): stop it", std::process::id())), "{error}");
    }
    assert!(!note.exists() && stage.started.borrow().is_empty());
}

async fn a_command_waits_for_its_port_until_the_one_before_has_ended(stage: Stage) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("{} --listen 127.0.0.1 {port}", std::env::current_exe().unwrap().display());
    // It listens for a while after it was asked to end.
    let script = format!("(trap '' TERM; exec {listen}) & trap \"sleep 0.3; kill -KILL $!\" TERM; wait");
    for _ in 0..2 {
        let command = Server::command("sh", ["-c", &script]).port(port).ready_line("listening on");
        in_time(command.start()).await.unwrap();
        // Dropped, and not stopped: no code waits until it has ended.
        stage.started.borrow_mut().clear();
    }
}

async fn a_command_is_ready_when_it_has_written_the_line(_: Stage) {
    let script = "echo one; echo PORT=$PORT; echo now serving; exec sleep 600";
    let command = Server::command("sh", ["-c", script]).env("PORT", "{port}").ready_line("now serving");
    let server = in_time(command.start()).await.unwrap();
    let port = server.address().rsplit(':').next().unwrap_or_default();
    assert_eq!(server.last_lines(2), [format!("PORT={port}"), "now serving".to_owned()]);
}

async fn a_command_runs_in_its_folder_with_its_environment(stage: Stage) {
    let script = "echo $COLOUR; pwd; echo up; exec sleep 600";
    let command = Server::command("sh", ["-c", script]).port(1).env("COLOUR", "green");
    let server = in_time(command.current_dir(&stage.folder).ready_line("up").start()).await.unwrap();
    let folder = stage.folder.canonicalize().unwrap().display().to_string();
    assert_eq!(server.last_lines(3), ["green".to_owned(), folder, "up".to_owned()]);
}

async fn a_command_that_ends_early_fails_at_once_with_status_and_output(_: Stage) {
    let command = Server::command("sh", ["-c", "echo no such config >&2; exit 7"]).port(1).name("api");
    let error = in_time(command.start_timeout(DEADLINE * 2).start()).await.unwrap_err().to_string();
    assert!(error.starts_with("server `api` ended with exit status 7 before it was ready"), "{error}");
    assert!(error.ends_with("\n    no such config"), "{error}");
}

async fn a_program_that_does_not_exist_fails_with_the_reason(_: Stage) {
    let command = Server::command("no-such-program", ["{port}"]);
    let error = in_time(command.start()).await.unwrap_err().to_string();
    assert!(error.starts_with("cannot start server `no-such-program` (no-such-program): No such file"), "{error}");
    assert!(error.contains("is the program installed"), "{error}");
}

async fn a_command_that_never_listens_fails_at_its_time_limit(_: Stage) {
    let command = Server::command("sh", ["-c", "exec sleep 600 {port}"]).start_timeout(Duration::from_millis(300));
    let error = in_time(command.start()).await.unwrap_err().to_string();
    assert!(
        error.contains("to accept a connection, the last attempt to connect failed: Connection refused"),
        "{error}"
    );
    assert!(error.contains("it wrote nothing to"), "{error}");
}

async fn an_attached_server_is_listed_too(stage: Stage) {
    let server = Server::attach_as("agent", "http://127.0.0.1:1").unwrap();
    assert_eq!(stage.started.borrow()[0].name(), "agent");
    in_time(server.stop()).await.unwrap();
    assert_eq!(server.died(), None);
}

async fn a_command_has_the_name_of_its_fixture_and_a_second_one_a_number(stage: Stage) {
    let fixture = Some("shop".to_owned());
    let context =
        ServerContext { output_dir: stage.folder.clone(), fixture, started: Rc::default(), base: None, bind: None };
    let up = || Server::command("sh", ["-c", "echo up; exec sleep 600"]).port(1).ready_line("up");
    let names = in_context(context, async {
        let servers = [up().start().await, up().start().await, up().name("own").start().await];
        servers.map(|server| server.unwrap().name().to_owned())
    });
    assert_eq!(in_time(names).await, ["shop", "shop-2", "own"]);
}
