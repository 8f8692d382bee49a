//! What the client makes of servers, good and bad. Each test has a server of its own, on a real socket.

mod both;
mod choices;
mod outcomes;
mod requests;
mod server;
mod table;
mod transport;
