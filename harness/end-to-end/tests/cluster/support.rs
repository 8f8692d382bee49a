//! Tests in a folder of their own, with a deadline, and a process that holds what it has started until it is killed.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use libtest_mimic::Trial;
use proofload::__internals::cluster::{Broker, BrokerError, WorkerStart};
use proofload::__internals::server::{ProgramError, ProgramStart, SupervisedProgram};
use proofload_testing::process::DEADLINE;

/// A test is a function that gets a folder of its own.
#[macro_export]
macro_rules! trials {
    ($($test:ident),* $(,)?) => {
        pub(crate) fn trials() -> Vec<libtest_mimic::Trial> {
            vec![$($crate::support::trial(stringify!($test), |folder| Box::pin($test(folder)))),*]
        }
    };
}

type Body = fn(PathBuf) -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

pub(crate) fn trial(name: &str, body: Body) -> Trial {
    Trial::test(name, move || {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        runtime().block_on(in_time(body(folder.path().to_owned())));
        Ok(())
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}

/// Waits for a future, which must end before the deadline.
pub(crate) async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(2 * DEADLINE, future).await.expect("it ends in time")
}

/// Starts `program` with its output in `folder`.
pub(crate) async fn start(folder: &Path, program: &str, arguments: &[&str]) -> Result<SupervisedProgram, ProgramError> {
    start_with(folder, program, arguments, &[]).await
}

pub(crate) async fn start_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    environment: &[(String, String)],
) -> Result<SupervisedProgram, ProgramError> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let (program, arguments) = (OsStr::new(program), arguments.as_slice());
    SupervisedProgram::start(ProgramStart { name: "program", program, arguments, environment, output_dir: folder })
        .await
}

/// A broker, or `None` where `nats-server` is not installed, which is said.
pub(crate) async fn broker(folder: &Path) -> Option<Broker> {
    match Broker::find_or_start(folder, Ipv4Addr::LOCALHOST.into()).await {
        Ok(broker) => Some(broker),
        Err(BrokerError::NotInstalled) => {
            eprintln!("skipped: nats-server is not installed");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A program that starts one in its own group and one in a session of its own, ignores SIGTERM, and says when it is up.
pub(crate) const FAMILY: &str = "(setsid sh -c 'echo child $$; exec sleep 600' &); sleep 600 & echo child $!; trap '' TERM; sleep 0.1; echo up; wait; sleep 600";

/// The processes that the family named.
pub(crate) fn children(words: &[String]) -> Vec<u32> {
    words.iter().filter_map(|line| line.strip_prefix("child ")?.parse().ok()).collect()
}

/// Waits until the family is complete.
pub(crate) fn await_family(program: &SupervisedProgram) -> Vec<u32> {
    proofload_testing::process::wait_until("the family is up", || {
        let words = program.last_words();
        children(&words).len() == 2 && words.iter().any(|line| line == "up")
    });
    children(&program.last_words())
}

/// `--hold FOLDER` starts a family and a broker, says their processes, and waits to be killed; `--say-start WORD` says what a
/// worker is started with.
pub(crate) fn hold_if_asked() -> Option<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--hold", folder] => hold(Path::new(folder)),
        ["--say-start", word] => say_start(word),
        _ => return None,
    }
    Some(ExitCode::SUCCESS)
}

fn say_start(word: &str) {
    let start = WorkerStart::read().expect("it knows the broker");
    let variables = start.broker.environment();
    let token = &variables.iter().find(|(name, _)| name == "PROOFLOAD_NATS_TOKEN").expect("a variable").1;
    println!("{word}: {} {token} {}", start.broker, start.index.expect("a number"));
}

fn hold(folder: &Path) {
    runtime().block_on(async {
        let family = start(folder, "sh", &["-c", FAMILY]).await.expect("it starts");
        let broker = broker(folder).await;
        let pids = await_family(&family).into_iter().chain([family.pid()]);
        pids.chain(broker.as_ref().and_then(Broker::pid)).for_each(|pid| println!("pid {pid}"));
        println!("held");
        std::future::pending::<()>().await;
    });
}

/// Another process of this binary that holds a family and a broker, and the ids of these.
pub(crate) fn holder(folder: &Path) -> (Child, Vec<u32>) {
    let this = std::env::current_exe().unwrap();
    let mut holder = Command::new(this).arg("--hold").arg(folder).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    let lines: Vec<String> = lines.take_while(|line| line != "held").collect();
    (holder, lines.iter().filter_map(|line| line.strip_prefix("pid ")?.parse().ok()).collect())
}
