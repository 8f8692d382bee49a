//! Programs that are no servers, under a supervisor.

use std::path::PathBuf;

use proofload::__internals::server::{ProcessExit, ProgramError, worker_command_words};
use proofload_testing::process::{is_alive, wait_until};

use crate::support::{FAMILY, await_family, holder, start, start_with};

crate::trials![
    how_a_program_ends_and_its_last_words_are_known,
    a_program_gets_the_variables_that_it_is_started_with,
    a_missing_program_is_recognised_and_named,
    stop_ends_the_program_its_group_and_what_left_it,
    a_dropped_program_ends,
    nothing_survives_a_kill_of_the_process_that_started_it,
    a_worker_is_this_binary_with_the_arguments_of_the_person,
];

async fn how_a_program_ends_and_its_last_words_are_known(folder: PathBuf) {
    let program = start(&folder, "sh", &["-c", "echo no room left >&2; exit 7"]).await.unwrap();
    assert_eq!(program.ended().await, ProcessExit::Status(7));
    assert_eq!(program.exit(), Some(ProcessExit::Status(7)));
    assert_eq!(program.last_words(), ["no room left"]);
    assert_eq!(program.output(), folder.join("program.log"));
    assert!(program.stop().await, "one that has ended is stopped at once");
}

async fn a_program_gets_the_variables_that_it_is_started_with(folder: PathBuf) {
    let environment = [("PROOFLOAD_NATS".to_owned(), "nats://host:1".to_owned())];
    let program = start_with(&folder, "sh", &["-c", "echo $PROOFLOAD_NATS"], &environment).await.unwrap();
    program.ended().await;
    assert_eq!(program.last_words(), ["nats://host:1"]);
}

async fn a_missing_program_is_recognised_and_named(folder: PathBuf) {
    let error = start(&folder, "no-such-launcher", &["-n", "3"]).await.unwrap_err();
    assert!(matches!(&error, ProgramError::Missing { program, .. } if program == "no-such-launcher"), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("cannot start program: there is no program `no-such-launcher`"), "{text}");
    let refused = start(&folder, "/", &[]).await.unwrap_err();
    assert!(matches!(refused, ProgramError::NotStarted { .. }), "{refused:?}");
}

async fn stop_ends_the_program_its_group_and_what_left_it(folder: PathBuf) {
    let program = start(&folder, "sh", &["-c", FAMILY]).await.unwrap();
    let children = await_family(&program);
    assert!(children.iter().all(|&pid| is_alive(pid)) && program.exit().is_none());
    assert!(program.stop().await);
    assert!(!children.iter().chain([&program.pid()]).any(|&pid| is_alive(pid)));
    assert_eq!(program.exit(), Some(ProcessExit::Signal(9)), "it ignores SIGTERM");
}

async fn a_dropped_program_ends(folder: PathBuf) {
    let program = start(&folder, "sleep", &["600"]).await.unwrap();
    let pid = program.pid();
    drop(program);
    wait_until("it has ended", || !is_alive(pid));
}

async fn nothing_survives_a_kill_of_the_process_that_started_it(folder: PathBuf) {
    let (mut holder, pids) = holder(&folder);
    assert!(pids.len() >= 3 && pids.iter().all(|&pid| is_alive(pid)), "{pids:?}");
    holder.kill().unwrap();
    holder.wait().unwrap();
    wait_until("nothing is left", || !pids.iter().any(|&pid| is_alive(pid)));
}

async fn a_worker_is_this_binary_with_the_arguments_of_the_person(_folder: PathBuf) {
    let words = worker_command_words("run-7").unwrap();
    assert_eq!(words[0], std::env::current_exe().unwrap());
    assert_eq!(words[1..4], ["__proofload", "worker", "run-7"]);
    assert_eq!(words[4..], std::env::args_os().skip(1).collect::<Vec<_>>());
}
