//! A broker that a run does not start itself, and a way to it that can be cut.

use std::io::{self, ErrorKind};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use proofload_testing::process::wait_for;

pub(crate) const TOKEN: &str = "right";

/// A `nats-server` that ends with the test.
pub(crate) struct OwnBroker {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl OwnBroker {
    pub(crate) fn start() -> OwnBroker {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
        let child = Command::new("nats-server")
            .env("PATH", path)
            .args(["--addr", "127.0.0.1", "--port", "-1", "--auth", TOKEN, "--ports_file_dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is installed");
        let ports = folder.path().join(format!("nats-server_{}.ports", child.id()));
        let address = wait_for("the broker listens", || {
            let ports: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ports).ok()?).ok()?;
            Some(ports["nats"][0].as_str()?.trim_start_matches("nats://").to_owned())
        });
        OwnBroker { child, address, _folder: folder }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }
}

impl Drop for OwnBroker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A way to a broker.
pub(crate) struct Way {
    port: u16,
    state: Arc<WayState>,
}

#[derive(Default)]
struct WayState {
    is_cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Way {
    /// To this broker.
    pub(crate) fn to(broker: &OwnBroker) -> Way {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (port, state) = (listener.local_addr().expect("it listens").port(), Arc::new(WayState::default()));
        let (address, shared) = (broker.address.clone(), Arc::clone(&state));
        thread::spawn(move || {
            for here in listener.incoming().flatten() {
                // What cannot be passed on is closed.
                shared.pass_on(&here, &address).ok();
            }
        });
        Way { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Closes all connections, and lets new ones through only after `pause`. Returns how many were open.
    pub(crate) fn cut_for(&self, pause: Duration) -> usize {
        self.state.is_cut.store(true, Ordering::SeqCst);
        let open = std::mem::take(&mut *self.state.open.lock().unwrap_or_else(PoisonError::into_inner));
        for stream in &open {
            stream.shutdown(Shutdown::Both).ok();
        }
        thread::sleep(pause);
        self.state.is_cut.store(false, Ordering::SeqCst);
        open.len()
    }
}

impl WayState {
    fn pass_on(&self, here: &TcpStream, address: &str) -> io::Result<()> {
        if self.is_cut.load(Ordering::SeqCst) {
            return Err(ErrorKind::ConnectionRefused.into());
        }
        let there = TcpStream::connect(address)?;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).push(here.try_clone()?);
        for (from, to) in [(here.try_clone()?, there.try_clone()?), (there, here.try_clone()?)] {
            thread::spawn(move || {
                io::copy(&mut &from, &mut &to).ok();
                to.shutdown(Shutdown::Both).ok();
            });
        }
        Ok(())
    }
}
