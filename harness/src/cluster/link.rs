//! The connection of a process to the broker: messages one way, and calls that are answered. The only place that knows NATS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, RequestErrorKind, Subscriber};
use futures_util::StreamExt;
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::broker_address::{BrokerAddress, BrokerLogin};
use super::encoding::{decode, encode};
use super::heartbeats::LOST_AFTER;
use super::packets::{Assembly, LARGEST_PACKET, Packet, Received, TransferId, packets};

/// A packet that is not acknowledged within this time is sent once more.
const RESEND_AFTER: Duration = Duration::from_secs(1);
/// The other side may be without a connection for this long before it counts as gone.
const NO_RESPONDER_LIMIT: Duration = Duration::from_secs(2);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const RECONNECT_DELAY: Duration = Duration::from_millis(100);

/// Why a message did not reach the other side.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum LinkError {
    /// The broker wants another token, user or password.
    #[error(
        "the broker at {server} refused the connection: {why}; PROOFLOAD_NATS must have its token, or its user and password"
    )]
    Refused { server: String, why: String },
    /// The broker cannot be reached.
    #[error("the broker at {server} cannot be reached: {why}")]
    Unreachable { server: String, why: String },
    /// The same, at an address that on each machine means that machine itself.
    #[error(
        "the broker at {server} cannot be reached: {why}; only its own machine can reach it there: for workers on others, set \
         PROOFLOAD_BIND where the run is started to an address of that machine that they reach, or name a broker in PROOFLOAD_NATS"
    )]
    OutOfReach { server: String, why: String },
    /// It can be reached, and not by TLS.
    #[error(
        "the broker at {server} cannot be reached by TLS: {why}; if it is the certificate that is not trusted, name the file of the \
         certificate, or of who signed it, in SSL_CERT_FILE, here and where workers run"
    )]
    Tls { server: String, why: String },
    /// It takes no message that is as large as some are here.
    #[error(
        "the broker at {server} accepts messages of at most {accepts} bytes, and {} are needed: set max_payload in its \
         configuration to 1MB, as it is without that setting, or to more",
        LARGEST_PACKET
    )]
    SmallMessages { server: String, accepts: usize },
    /// The other side has no subscription any more.
    #[error("it is not connected to the broker any more")]
    NoResponder,
    /// The other side does not answer.
    #[error("it did not answer within {} s", .0.as_secs())]
    NoAnswer(Duration),
    /// This process has no connection to the broker, or cannot use it.
    #[error("the connection to the broker failed: {0}")]
    Failed(String),
}

/// How long the other side is waited for.
#[derive(Debug, Clone, Copy)]
struct CallLimits {
    answer: Duration,
    /// While it has no connection to the broker.
    connection: Duration,
}

/// Whether this process is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkState {
    Connected,
    /// Since then.
    Disconnected(Instant),
}

/// A connection to the broker. Clones share it.
#[derive(Clone)]
pub(super) struct BrokerLink {
    client: Client,
    /// Distinguishes the messages of this process from those of others.
    process: u64,
    next: Arc<AtomicU64>,
    state: watch::Receiver<LinkState>,
}

impl BrokerLink {
    /// Connects to the broker as `name`; `process` is a number that no other process of the run has.
    pub(super) async fn connect(address: &BrokerAddress, name: &str, process: u64) -> Result<BrokerLink, LinkError> {
        let (sender, state) = watch::channel(LinkState::Connected);
        let sender = Arc::new(sender);
        let options = ConnectOptions::new()
            .name(name)
            .connection_timeout(CONNECT_LIMIT)
            .reconnect_delay_callback(|_attempts| RECONNECT_DELAY)
            .request_timeout(None)
            .event_callback(move |event| {
                let sender = Arc::clone(&sender);
                async move { note(&sender, &event) }
            });
        let options = match &address.login {
            BrokerLogin::Open => options,
            BrokerLogin::Token(token) => options.token(token.reveal().to_owned()),
            BrokerLogin::User { name, password } => {
                options.user_and_password(name.clone(), password.reveal().to_owned())
            }
        };
        let client = options.connect(address.server.as_str()).await.map_err(|error| {
            let (server, why) = (address.server.clone(), error.to_string());
            match error.kind() {
                ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
                    LinkError::Refused { server, why }
                }
                ConnectErrorKind::Tls => LinkError::Tls { server, why },
                _ if server.starts_with("tls://") && why.contains("certificate") => LinkError::Tls { server, why },
                _ if address.is_loopback() => LinkError::OutOfReach { server, why },
                _ => LinkError::Unreachable { server, why },
            }
        })?;
        let accepts = client.max_payload();
        if accepts < LARGEST_PACKET {
            return Err(LinkError::SmallMessages { server: address.server.clone(), accepts });
        }
        Ok(BrokerLink { client, process, next: Arc::default(), state })
    }

    /// Whether it is connected; changes are noticed.
    pub(super) fn state(&self) -> watch::Receiver<LinkState> {
        self.state.clone()
    }

    /// True if there has been no connection for so long that what needs it has been given up.
    pub(super) fn is_gone(&self) -> bool {
        matches!(*self.state.borrow(), LinkState::Disconnected(since) if since.elapsed() >= LOST_AFTER)
    }

    /// Sends a message that may be lost if the connection breaks, and that nothing depends on.
    pub(super) async fn publish(&self, subject: &str, message: &[u8]) -> Result<(), LinkError> {
        for packet in packets(self.transfer(), message) {
            self.client.publish(subject.to_owned(), bytes_of(&packet)?.into()).await.map_err(failed)?;
        }
        Ok(())
    }

    /// Sends a message and returns its answer. Packets are acknowledged one by one and sent again until they are; the other side takes
    /// the message once.
    ///
    /// # Errors
    /// Nothing was acknowledged for `limit`, or the other side is gone.
    pub(super) async fn call(&self, subject: &str, message: &[u8], limit: Duration) -> Result<Vec<u8>, LinkError> {
        self.call_within(subject, message, CallLimits { answer: limit, connection: NO_RESPONDER_LIMIT.min(limit) })
            .await
    }

    /// The same for another side that may be without a connection for as long.
    ///
    /// # Errors
    /// As [`call`](BrokerLink::call).
    pub(super) async fn call_patiently(
        &self,
        subject: &str,
        message: &[u8],
        limit: Duration,
    ) -> Result<Vec<u8>, LinkError> {
        self.call_within(subject, message, CallLimits { answer: limit, connection: limit }).await
    }

    async fn call_within(&self, subject: &str, message: &[u8], limits: CallLimits) -> Result<Vec<u8>, LinkError> {
        let mut answer = Vec::new();
        for packet in packets(self.transfer(), message) {
            answer = self.call_with(subject, &bytes_of(&packet)?, limits).await?;
        }
        Ok(answer)
    }

    async fn call_with(&self, subject: &str, bytes: &[u8], limits: CallLimits) -> Result<Vec<u8>, LinkError> {
        let began = Instant::now();
        loop {
            let request = self.client.request(subject.to_owned(), bytes.to_vec().into());
            let waited = match timeout(RESEND_AFTER, request).await {
                Ok(Ok(answer)) => return Ok(answer.payload.into()),
                Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => {
                    if began.elapsed() >= limits.connection {
                        return Err(LinkError::NoResponder);
                    }
                    tokio::time::sleep(RECONNECT_DELAY).await;
                    continue;
                }
                Ok(Err(error)) => Err(failed(error)),
                Err(_elapsed) => Ok(()),
            };
            if began.elapsed() >= limits.answer {
                return Err(waited.err().unwrap_or(LinkError::NoAnswer(limits.answer)));
            }
            if waited.is_err() {
                tokio::time::sleep(RECONNECT_DELAY).await;
            }
        }
    }

    /// What is sent to `subject` from now on.
    pub(super) async fn subscribe(&self, subject: &str) -> Result<Inbox, LinkError> {
        let subscriber = self.client.subscribe(subject.to_owned()).await.map_err(failed)?;
        self.flush().await?;
        Ok(Inbox { client: self.client.clone(), subscriber, assembly: Assembly::default() })
    }

    /// Waits until the broker has everything that was published.
    pub(super) async fn flush(&self) -> Result<(), LinkError> {
        match timeout(CONNECT_LIMIT, self.client.flush()).await {
            Ok(flushed) => flushed.map_err(failed),
            Err(_elapsed) => Err(LinkError::Failed("the broker does not answer".to_owned())),
        }
    }

    fn transfer(&self) -> TransferId {
        (self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

fn note(state: &watch::Sender<LinkState>, event: &Event) {
    match event {
        Event::Connected => {
            state.send_replace(LinkState::Connected);
        }
        Event::Disconnected | Event::Closed => {
            state.send_if_modified(|state| match state {
                LinkState::Connected => {
                    *state = LinkState::Disconnected(Instant::now());
                    true
                }
                LinkState::Disconnected(_) => false,
            });
        }
        _ => {}
    }
}

/// What is sent to a process, message by message.
pub(super) struct Inbox {
    client: Client,
    subscriber: Subscriber,
    assembly: Assembly,
}

/// A message, and how it is answered.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) message: Vec<u8>,
    transfer: TransferId,
    reply: Option<String>,
}

impl Inbox {
    /// The next message; `None` once the connection was closed.
    pub(super) async fn next(&mut self) -> Option<Incoming> {
        loop {
            let incoming = self.subscriber.next().await?;
            let reply = incoming.reply.map(|reply| reply.to_string());
            // What is not a packet was not sent by Proofload.
            let Ok(packet) = decode::<Packet>(&incoming.payload) else { continue };
            let transfer = packet.transfer;
            match self.assembly.receive(packet) {
                Received::Message(message) if reply.is_none() => {
                    self.assembly.taken(transfer);
                    return Some(Incoming { message, transfer, reply });
                }
                Received::Message(message) => return Some(Incoming { message, transfer, reply }),
                Received::Part => self.send(reply, Vec::new()).await,
                Received::AnsweredBefore(answer) => self.send(reply, answer).await,
                Received::InProgress => {}
            }
        }
    }

    /// Answers a message; one that was not a call needs no answer.
    pub(super) async fn answer(&mut self, incoming: &Incoming, answer: Vec<u8>) {
        if incoming.reply.is_some() {
            self.assembly.answered(incoming.transfer, answer.clone());
            self.send(incoming.reply.clone(), answer).await;
        }
    }

    /// An answer that is lost is asked for again.
    async fn send(&self, reply: Option<String>, answer: Vec<u8>) {
        if let Some(reply) = reply {
            self.client.publish(reply, answer.into()).await.ok();
        }
    }
}

fn bytes_of(packet: &Packet) -> Result<Vec<u8>, LinkError> {
    encode(packet).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed<E: ToString>(error: E) -> LinkError {
    LinkError::Failed(error.to_string())
}
