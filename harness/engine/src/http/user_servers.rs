//! The servers that one user sends requests to.

use super::http1::UserConnection;

/// The servers that one user has sent a request to. Most users have one, which is kept in place and not behind a pointer.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct UserServers {
    first: Option<UserConnection>,
    others: Vec<UserConnection>,
}

/// Which of the session's servers a request goes to.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerIndex(usize);

impl UserServers {
    /// The server at `base_url`.
    pub(super) fn position(&self, base_url: &str) -> Option<ServerIndex> {
        let is_it = |user: &UserConnection| user.server.address.base_url == base_url;
        match &self.first {
            Some(first) if is_it(first) => Some(ServerIndex(0)),
            _ => self.others.iter().position(is_it).map(|position| ServerIndex(position + 1)),
        }
    }

    /// Adds a server that is not known yet.
    pub(super) fn add(&mut self, user: UserConnection) -> ServerIndex {
        if self.first.is_none() {
            self.first = Some(user);
            return ServerIndex(0);
        }
        self.others.push(user);
        ServerIndex(self.others.len())
    }

    pub(super) fn get(&mut self, index: ServerIndex) -> Option<&mut UserConnection> {
        match index.0.checked_sub(1) {
            None => self.first.as_mut(),
            Some(other) => self.others.get_mut(other),
        }
    }
}
