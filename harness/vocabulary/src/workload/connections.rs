//! How connections are shared out among the users.

/// `connections = per_user`: who sends a request on which connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connections {
    /// Each user keeps one connection to each server, as a browser tab does.
    #[default]
    PerUser,
    /// Each request opens a connection of its own and closes it after the answer.
    PerRequest,
    /// All users share so many connections to each server, as the pool of a service does; a request waits for its turn.
    Shared(usize),
}
