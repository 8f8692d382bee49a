//! A context for servers in a temporary folder, futures with a deadline, and a request by hand.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::rc::Rc;

use libtest_mimic::Trial;
use proofload::__internals::server::{Server, ServerContext, in_context};
use proofload_testing::process::DEADLINE;

/// A test is a function that gets a stage in a folder of its own.
#[macro_export]
macro_rules! trials {
    ($($test:ident),* $(,)?) => {
        pub(crate) fn trials() -> Vec<libtest_mimic::Trial> {
            vec![$($crate::support::trial(stringify!($test), |stage| Box::pin($test(stage)))),*]
        }
    };
}

type Body = fn(Stage) -> std::pin::Pin<Box<dyn Future<Output = ()>>>;

pub(crate) fn trial(name: &str, body: Body) -> Trial {
    Trial::test(name, move || {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let context = ServerContext {
            output_dir: folder.path().join("servers"),
            fixture: None,
            started: Rc::default(),
            base: None,
            bind: None,
        };
        let stage = Stage { started: Rc::clone(&context.started), folder: folder.path().to_owned() };
        runtime().block_on(in_context(context, body(stage)));
        Ok(())
    })
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts")
}

/// What a test may look at besides its servers.
pub(crate) struct Stage {
    pub(crate) started: Rc<RefCell<Vec<Server>>>,
    pub(crate) folder: std::path::PathBuf,
}

/// The answer to a GET, status line and all.
pub(crate) fn get(server: &Server, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(DEADLINE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Waits for a future, which must end before the deadline.
pub(crate) async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future).await.expect("it ends in time")
}
