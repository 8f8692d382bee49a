//! Nothing survives a `kill -9` on the test binary.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::rc::Rc;

use proofload::__internals::server::{Server, ServerContext, ServerDecl, in_context, start};
use proofload_testing::process::{is_alive, wait_until};

use crate::declared::{BLOCKS, ECHO, HAS_A_CHILD, HAS_A_DAEMON, KEEPS_A_FILE, printed_path};
use crate::support::{Stage, in_time, runtime};

crate::trials![no_server_and_no_command_survives_a_kill_of_the_test_binary];

/// `--hold FOLDER` starts servers, says which, and waits to be killed; `--listen ADDRESS PORT` is a program that listens.
pub(crate) fn hold_if_asked() -> Option<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--hold", folder] => hold(folder.into()),
        ["--listen", ip, port] => listen(ip.parse().expect("an address"), port.parse().expect("a port")),
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

fn listen(ip: IpAddr, port: u16) {
    let address = SocketAddr::from((ip, port));
    println!("about to listen");
    let listener = TcpListener::bind(address).expect("the port is free");
    println!("listening on {address}");
    loop {
        listener.accept().expect("a connection");
    }
}

fn hold(folder: PathBuf) {
    let context = ServerContext { output_dir: folder, fixture: None, started: Rc::default(), base: None, bind: None };
    runtime().block_on(in_context(context, async {
        let declared: [&'static ServerDecl; 5] = [&ECHO, &KEEPS_A_FILE, &BLOCKS, &HAS_A_CHILD, &HAS_A_DAEMON];
        let mut servers = Vec::new();
        for decl in declared {
            servers.push(in_time(start(decl)).await.expect("a declared server starts"));
        }
        let script = "(setsid sh -c 'echo child $$; exec sleep 600' &); sleep 600 & echo child $!; trap '' TERM; echo up; wait; sleep 600";
        let command = Server::command("sh", ["-c", script]).name("command").port(1).ready_line("up");
        servers.push(in_time(command.start()).await.expect("a command starts"));
        wait_until("the children and daemons are named", || {
            let lines = servers.iter().flat_map(|server| server.last_lines(9));
            lines.filter(|line| line.starts_with("child ")).count() == 4
                && printed_path(&servers[1].last_lines(9), "file").is_some()
        });
        for server in &servers {
            println!("pid {}", server.pid().expect("it has a process"));
            server
                .last_lines(9)
                .iter()
                .filter_map(|line| line.strip_prefix("child "))
                .for_each(|c| println!("pid {c}"));
        }
        println!("file {}", printed_path(&servers[1].last_lines(9), "file").expect("it was there").display());
        println!("held");
        std::future::pending::<()>().await;
    }));
}

async fn no_server_and_no_command_survives_a_kill_of_the_test_binary(stage: Stage) {
    let this = std::env::current_exe().unwrap();
    let mut holder =
        Command::new(this).arg("--hold").arg(&stage.folder).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines = read_until_held(&mut holder);
    let pids: Vec<u32> = lines.iter().filter_map(|line| line.strip_prefix("pid ")?.parse().ok()).collect();
    let file = printed_path(&lines, "file").unwrap();
    assert_eq!(pids.len(), 10, "six servers, two children and two daemons of theirs: {lines:?}");
    assert!(pids.iter().all(|&pid| is_alive(pid)) && file.exists());

    holder.kill().unwrap();
    holder.wait().unwrap();

    for pid in pids {
        wait_until(&format!("process {pid} is gone: {lines:?}"), || !is_alive(pid));
    }
    wait_until("the temporary file is gone", || !file.exists());
}

fn read_until_held(holder: &mut Child) -> Vec<String> {
    let output = BufReader::new(holder.stdout.take().expect("it is piped"));
    output.lines().map_while(Result::ok).take_while(|line| line != "held").collect()
}
