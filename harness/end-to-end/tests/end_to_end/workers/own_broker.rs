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
const USER: &str = "loader";
const PASSWORD: &str = "only by TLS";
const CERTIFICATE: &str = "certificate.pem";

/// A `nats-server` that ends with the test.
pub(crate) struct OwnBroker {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl OwnBroker {
    /// That lets in who has the token.
    pub(crate) fn start() -> OwnBroker {
        OwnBroker::start_in(tempfile::tempdir().expect("a temporary folder"), &["--auth", TOKEN])
    }

    /// That lets in who has the user's password, by TLS alone, with a certificate that the system does not know.
    pub(crate) fn start_with_tls() -> OwnBroker {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let (certificate, key) = (folder.path().join(CERTIFICATE), folder.path().join("key.pem"));
        std::fs::write(&certificate, own.cert.pem()).expect("the certificate is written");
        std::fs::write(&key, own.signing_key.serialize_pem()).expect("its key is written");
        let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
        let login = ["--user", USER, "--pass", PASSWORD];
        OwnBroker::start_in(folder, &[&login[..], &["--tls", "--tlscert", &certificate, "--tlskey", &key]].concat())
    }

    fn start_in(folder: tempfile::TempDir, options: &[&str]) -> OwnBroker {
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
        let child = Command::new("nats-server")
            .env("PATH", path)
            .args(["--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir"])
            .arg(folder.path())
            .args(options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is installed");
        let ports = folder.path().join(format!("nats-server_{}.ports", child.id()));
        let address = wait_for("the broker listens", || {
            let ports: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ports).ok()?).ok()?;
            let url = ports["nats"].as_array().into_iter().chain(ports["tls"].as_array()).flatten().next()?;
            Some(url.as_str()?.rsplit_once("//")?.1.to_owned())
        });
        OwnBroker { child, address, folder }
    }

    /// What a person sets who uses it, with its certificate if they trust it.
    pub(crate) fn tls_variables(&self, trusts: bool) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("PROOFLOAD_NATS", format!("tls://{}", self.address)),
            ("PROOFLOAD_NATS_USER", USER.to_owned()),
            ("PROOFLOAD_NATS_PASSWORD", PASSWORD.to_owned()),
        ];
        let certificate = self.folder.path().join(CERTIFICATE).display().to_string();
        variables.extend(trusts.then_some(("SSL_CERT_FILE", certificate)));
        variables
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
