//! What a user records of good and bad servers. Each test has its own server on a real socket.

#[cfg(feature = "reqwest")]
mod both;
mod choices;
mod downloads;
mod encoded;
mod hosts;
mod kept;
mod outcomes;
mod requests;
mod server;
mod test_user;
mod transport;
mod uploads;
