//! A real `nats-server` for tests.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cluster::{BrokerAddress, BrokerLogin};
use crate::text::Secret;

/// A `nats-server` that ends with the test.
pub(crate) struct RealBroker {
    child: Child,
    port: u16,
    /// Where it says what it has done.
    monitor: u16,
    _folder: tempfile::TempDir,
}

const TOKEN: &str = "right";

impl RealBroker {
    /// `None`, with a word, where it is not installed.
    pub(crate) fn start() -> Option<RealBroker> {
        RealBroker::start_with(-1, "8MB")
    }

    /// The same at this port, where one was before.
    pub(crate) fn start_at(port: i32) -> Option<RealBroker> {
        RealBroker::start_with(port, "8MB")
    }

    /// The same that takes messages of at most this size.
    pub(crate) fn accepting(largest: &str) -> Option<RealBroker> {
        RealBroker::start_with(-1, largest)
    }

    fn start_with(port: i32, largest: &str) -> Option<RealBroker> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = folder.path().join("nats.conf");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\nhttp: \"127.0.0.1:-1\"\nmax_payload: {largest}\nauthorization {{ token: \"{TOKEN}\" }}\n"
        );
        std::fs::write(&config, text).expect("the configuration is written");
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
        let started = Command::new("nats-server")
            .env("PATH", path)
            .arg("--config")
            .arg(&config)
            .arg("--ports_file_dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            eprintln!("skipped: nats-server is not installed");
            return None;
        };
        let [port, monitor] = listening_ports(folder.path());
        Some(RealBroker { child, port, monitor, _folder: folder })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A figure that it counts, such as `in_bytes`.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.monitor)).expect("it listens");
        stream.write_all(b"GET /varz HTTP/1.0\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, after) = answer.split_once(&format!("\"{name}\": ")).unwrap_or_else(|| panic!("no {name}: {answer}"));
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
    }

    pub(crate) fn address(&self) -> BrokerAddress {
        self.with_token(TOKEN)
    }

    pub(crate) fn with_token(&self, token: &str) -> BrokerAddress {
        let login = BrokerLogin::Token(Secret::given(token));
        BrokerAddress { server: format!("nats://127.0.0.1:{}", self.port), login }
    }
}

impl Drop for RealBroker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The broker writes `nats-server_PID.ports` once it listens: where clients connect, and where it says what it has done.
fn listening_ports(folder: &std::path::Path) -> [u16; 2] {
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        let files = std::fs::read_dir(folder).expect("the folder is there").flatten();
        let ports = files.filter(|file| file.path().extension().is_some_and(|end| end == "ports"));
        for file in ports {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            if let (Some(clients), Some(monitor)) = (port_after(&text, "nats://"), port_after(&text, "http://")) {
                return [clients, monitor];
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nats-server did not say within 10 s where it listens");
}

fn port_after(text: &str, scheme: &str) -> Option<u16> {
    let (_, after) = text.split_once(&format!("{scheme}127.0.0.1:"))?;
    after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()
}
