//! What one `#[server]` records in the binary: a [`ServerDecl`].

use std::pin::Pin;
use std::time::Duration;

use tokio::net::TcpListener;

/// The future of a `#[server]` function: it runs until it is dropped, and should not end by itself.
///
/// It stays on the thread that polls it, so it need not be `Send`.
pub type Serving = Pin<Box<dyn Future<Output = Result<(), String>>>>;

/// One `#[server]` function. Built by generated code only, so every field is public and plain.
#[derive(Debug, Clone, Copy)]
pub struct ServerDecl {
    /// The function's name: `agent`.
    pub name: &'static str,
    /// `module_path!()` of the function.
    pub module_path: &'static str,
    /// `file!()`
    pub file: &'static str,
    /// `line!()`
    pub line: u32,
    /// `ready = "/health"`: the path that answers with a 2xx status once the server is ready.
    /// Without a path, it is ready when it accepts a connection.
    pub ready: Option<&'static str>,
    /// How long it may take to be ready.
    pub start_timeout: Duration,
    /// Worker threads of its runtime; 0 leaves the number to tokio.
    pub threads: usize,
    /// Calls the function with the listener that the child process has bound.
    pub run: fn(TcpListener) -> Serving,
}

inventory::collect!(ServerDecl);

impl ServerDecl {
    /// How long a server may take to be ready unless its declaration says otherwise.
    pub const START_TIMEOUT: Duration = Duration::from_secs(30);

    /// True if this binary has a `#[server]` function of this module and name.
    pub fn exists(module_path: &str, name: &str) -> bool {
        let mut all = inventory::iter::<ServerDecl>.into_iter();
        all.any(|decl| (decl.module_path, decl.name) == (module_path, name))
    }

    /// `fixtures::agent::agent`: the module path and the name, by which the child process finds its declaration.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}::{}", self.module_path, self.name)
    }
}
