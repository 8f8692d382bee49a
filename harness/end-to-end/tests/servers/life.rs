//! How a started server dies, is stopped, and is dropped.

use std::time::Duration;

use proofload::__internals::server::{ProcessExit, Server, start};
use proofload_testing::process::{is_alive, wait_until};
use rustix::process::{Pid, Signal, kill_process};

use crate::declared::{BLOCKS, ECHO, HAS_A_CHILD, HAS_A_DAEMON, KEEPS_A_FILE, printed, printed_path};
use crate::support::{Stage, get, in_time};

crate::trials![
    a_server_that_exits_while_it_serves_wakes_those_that_wait_for_its_end,
    a_server_that_panics_while_it_serves_shows_the_panic_in_its_last_lines,
    a_server_that_is_killed_dies_of_the_signal_by_name,
    a_server_dies_at_once_although_its_own_child_lives_on,
    a_command_that_exits_while_it_serves_dies_with_its_own_status,
    a_command_that_is_killed_takes_its_workers_along,
    a_supervisor_that_is_killed_takes_its_program_along,
    a_server_is_in_a_process_group_of_its_own_so_that_ctrl_c_is_not_for_it,
    a_stopped_server_is_gone_and_did_not_die,
    a_stopped_server_runs_its_destructors,
    a_server_that_blocks_its_runtime_is_stopped_all_the_same,
    a_stopped_server_takes_its_own_children_along,
    a_stopped_command_gets_the_chance_to_clean_up,
    a_command_that_ignores_the_signal_is_killed,
    a_server_ends_when_its_last_clone_is_dropped,
    a_dead_server_can_still_be_stopped,
    a_stopped_command_takes_along_what_it_started_in_a_session_of_its_own,
    a_command_that_ends_by_itself_leaves_no_daemon,
    a_stopped_server_takes_its_daemons_along,
    a_daemon_gets_the_chance_to_clean_up,
    a_server_that_prints_without_end_leaves_a_short_file_with_its_first_and_last_lines,
];

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// A command that is up once it has written so.
async fn script(text: &str) -> Server {
    in_time(Server::command("sh", ["-c", text]).port(1).ready_line("up").start()).await.unwrap()
}

async fn a_server_that_exits_while_it_serves_wakes_those_that_wait_for_its_end(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    assert_eq!(server.died(), None);
    get(&server, "/exit").ok();
    assert_eq!(in_time(server.ended()).await, ProcessExit::Status(3));
    assert_eq!(server.died().map(|death| death.to_string()).as_deref(), Some("exit status 3"));
}

async fn a_server_that_panics_while_it_serves_shows_the_panic_in_its_last_lines(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    get(&server, "/panic").ok();
    assert_eq!(in_time(server.ended()).await, ProcessExit::Status(101));
    assert_eq!(server.last_lines(1), ["server `echo` panicked: asked to"]);
}

async fn a_server_that_is_killed_dies_of_the_signal_by_name(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    signal(server.pid().unwrap(), Signal::KILL);
    assert_eq!(in_time(server.ended()).await.to_string(), "signal 9 (SIGKILL)");
}

async fn a_server_dies_at_once_although_its_own_child_lives_on(_: Stage) {
    let server = in_time(start(&HAS_A_CHILD)).await.unwrap();
    wait_until("the child is named", || printed(&server.last_lines(9), "child").is_some());
    let child: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    signal(server.pid().unwrap(), Signal::KILL);
    assert_eq!(in_time(server.ended()).await, ProcessExit::Signal(9));
    wait_until("the child is gone", || !is_alive(child));
}

async fn a_command_that_exits_while_it_serves_dies_with_its_own_status(stage: Stage) {
    let note = stage.folder.join("go");
    let text = format!("echo up; while [ ! -e {} ]; do sleep 0.01; done; exit 5", note.display());
    let server = script(&text).await;
    std::fs::write(note, "").unwrap();
    assert_eq!(in_time(server.ended()).await, ProcessExit::Status(5));
}

async fn a_command_that_is_killed_takes_its_workers_along(_: Stage) {
    let server = script("sleep 600 & echo child $!; echo up; wait").await;
    let worker: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    assert!(is_alive(worker));
    signal(server.pid().unwrap(), Signal::SEGV);
    assert_eq!(in_time(server.ended()).await.to_string(), "signal 11 (SIGSEGV)");
    wait_until("the worker is gone", || !is_alive(worker));
}

async fn a_supervisor_that_is_killed_takes_its_program_along(_: Stage) {
    let server = script("echo child $PPID; echo up; exec sleep 600").await;
    let supervisor: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    signal(supervisor, Signal::KILL);
    in_time(server.ended()).await;
    wait_until("the program is gone", || !is_alive(server.pid().unwrap()));
}

async fn a_server_is_in_a_process_group_of_its_own_so_that_ctrl_c_is_not_for_it(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    let command = script("echo up; exec sleep 600").await;
    for server in [server, command] {
        let pid = Pid::from_raw(i32::try_from(server.pid().unwrap()).unwrap());
        assert_eq!(rustix::process::getpgid(pid).ok(), pid, "server `{}`", server.name());
    }
}

async fn a_stopped_server_is_gone_and_did_not_die(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    in_time(server.stop()).await.unwrap();
    assert!(!is_alive(server.pid().unwrap()));
    assert_eq!(server.died(), None);
    // An orderly end is never reported as one: the wait is cut off here.
    assert!(tokio::time::timeout(Duration::from_millis(50), server.ended()).await.is_err());
}

async fn a_stopped_server_runs_its_destructors(_: Stage) {
    let server = in_time(start(&KEEPS_A_FILE)).await.unwrap();
    wait_until("the file is named", || printed_path(&server.last_lines(9), "file").is_some());
    let file = printed_path(&server.last_lines(9), "file").unwrap();
    assert!(file.exists());
    in_time(server.stop()).await.unwrap();
    assert!(!file.exists());
}

async fn a_server_that_blocks_its_runtime_is_stopped_all_the_same(_: Stage) {
    let server = in_time(start(&BLOCKS)).await.unwrap();
    wait_until("it blocks", || server.last_lines(1) == ["blocking"]);
    in_time(server.stop()).await.unwrap();
    assert!(!is_alive(server.pid().unwrap()));
    assert_eq!(server.died(), None);
}

async fn a_stopped_server_takes_its_own_children_along(_: Stage) {
    let server = in_time(start(&HAS_A_CHILD)).await.unwrap();
    wait_until("the child is named", || printed(&server.last_lines(9), "child").is_some());
    let child: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    in_time(server.stop()).await.unwrap();
    wait_until("the child is gone", || !is_alive(child));
}

async fn a_stopped_command_gets_the_chance_to_clean_up(stage: Stage) {
    let note = stage.folder.join("cleaned");
    let text = format!("trap 'echo done > {}; exit 0' TERM; echo up; while :; do sleep 0.01; done", note.display());
    let server = script(&text).await;
    in_time(server.stop()).await.unwrap();
    assert_eq!(std::fs::read_to_string(note).unwrap(), "done\n");
    assert_eq!(server.died(), None);
}

async fn a_command_that_ignores_the_signal_is_killed(_: Stage) {
    let server = script("trap '' TERM; echo up; while :; do sleep 0.1; done").await;
    in_time(server.stop()).await.unwrap();
    assert!(!is_alive(server.pid().unwrap()));
}

async fn a_server_ends_when_its_last_clone_is_dropped(stage: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    let pid = server.pid().unwrap();
    let clone = server.clone();
    stage.started.borrow_mut().clear();
    drop(server);
    assert!(get(&clone, "/health").unwrap().starts_with("HTTP/1.1 200"));
    drop(clone);
    wait_until("the server is gone", || !is_alive(pid));
}

async fn a_dead_server_can_still_be_stopped(_: Stage) {
    let server = in_time(start(&ECHO)).await.unwrap();
    signal(server.pid().unwrap(), Signal::TERM);
    in_time(server.ended()).await;
    in_time(server.stop()).await.unwrap();
    assert_eq!(server.died().map(|death| death.to_string()).as_deref(), Some("signal 15 (SIGTERM)"));
}

async fn a_stopped_command_takes_along_what_it_started_in_a_session_of_its_own(_: Stage) {
    let server = script("(setsid sh -c 'echo child $$; echo up; exec sleep 600' &); exec sleep 600").await;
    let daemon: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    assert!(is_alive(daemon));
    in_time(server.stop()).await.unwrap();
    assert!(!is_alive(daemon));
}

async fn a_command_that_ends_by_itself_leaves_no_daemon(_: Stage) {
    let server = script("(setsid sh -c 'echo child $$; echo up; exec sleep 600' &); sleep 2; exit 4").await;
    let daemon: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    assert_eq!(in_time(server.ended()).await, ProcessExit::Status(4));
    wait_until("the daemon is gone", || !is_alive(daemon));
}

async fn a_stopped_server_takes_its_daemons_along(_: Stage) {
    let server = in_time(start(&HAS_A_DAEMON)).await.unwrap();
    wait_until("the daemon is named", || printed(&server.last_lines(9), "child").is_some());
    let daemon: u32 = printed(&server.last_lines(9), "child").unwrap().parse().unwrap();
    assert!(is_alive(daemon));
    in_time(server.stop()).await.unwrap();
    assert!(!is_alive(daemon));
}

async fn a_daemon_gets_the_chance_to_clean_up(stage: Stage) {
    let note = stage.folder.join("cleaned");
    let daemon = format!("trap \"echo done > {}; exit 0\" TERM; echo up; while :; do sleep 0.01; done", note.display());
    let server = script(&format!("(setsid sh -c '{daemon}' &); exec sleep 600")).await;
    in_time(server.stop()).await.unwrap();
    assert_eq!(std::fs::read_to_string(note).unwrap(), "done\n");
}

async fn a_server_that_prints_without_end_leaves_a_short_file_with_its_first_and_last_lines(stage: Stage) {
    let line = "x".repeat(200);
    let prints = format!("echo up; yes {line} | head -n 200000; echo the last line; exec sleep 60");
    let server = script(&prints).await;
    let path = stage.folder.join("servers/sh.log");
    wait_until("everything is printed", || server.last_lines(1) == ["the last line"]);
    in_time(server.stop()).await.unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.len() < 8 << 20, "{} bytes", text.len());
    assert!(text.starts_with("up\n") && text.ends_with("the last line\n") && !text.contains('\0'));
    assert_eq!(text.lines().filter(|line| line.contains(" MB of output were left out here")).count(), 1);
}
