//! What the client makes of servers, good and bad. Each test has a server of its own, on a real socket.

mod choices;
mod requests;
mod server;
mod transport;
