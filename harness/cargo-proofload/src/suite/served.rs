//! `--serve "python3 app.py --port {port}"`: the command starts the server, too.

use clap::Args;
use proofload::__command::{FixtureDecl, Server, shell_words};

use super::declared::server_fixture;
use crate::failure::UsageFailure;

/// A server to start.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct ServeArguments {
    /// Start this server on {port}, stop it at the end; the URL is a path
    #[arg(long, value_name = "COMMAND")]
    serve: Option<String>,

    /// It is ready when a GET of this path succeeds [default: when it accepts]
    #[arg(long, value_name = "PATH", requires = "serve")]
    ready: Option<String>,
}

impl ServeArguments {
    /// True if the command starts the server.
    pub(crate) fn is_given(&self) -> bool {
        self.serve.is_some()
    }

    /// What starts the server; `None` if it already runs.
    pub(crate) fn fixture(&self) -> Result<Option<&'static FixtureDecl>, UsageFailure> {
        let Some(line) = &self.serve else { return Ok(None) };
        let refused = |why: &str| UsageFailure::new(format!("--serve \"{line}\": {why}"));
        let mut words = shell_words(line).map_err(|why| refused(&why.to_string()))?.into_iter();
        let program = words.next().ok_or_else(|| refused("it names no program"))?;
        let arguments: Vec<String> = words.collect();
        if ![&program].into_iter().chain(&arguments).any(|word| word.contains("{port}")) {
            return Err(refused("write {port} where the program takes the port that it listens on"));
        }
        let ready = self.ready.clone();
        if ready.as_deref().is_some_and(|path| !path.starts_with('/')) {
            return Err(UsageFailure::new("--ready takes a path such as /health, which begins with a slash"));
        }
        Ok(Some(server_fixture("server", move || {
            let command = Server::command(program.clone(), arguments.clone());
            let command = match &ready {
                Some(path) => command.ready_http(path),
                None => command,
            };
            Box::pin(async move { Ok(command.start().await?) })
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serving(line: &str) -> ServeArguments {
        ServeArguments { serve: Some(line.to_owned()), ready: None }
    }

    #[test]
    fn a_server_needs_a_program_and_a_port() {
        let refusal = |line| serving(line).fixture().unwrap_err().to_string();
        assert_eq!(refusal(" "), "--serve \" \": it names no program");
        assert!(refusal("python3 app.py").contains("write {port}"));
        assert!(refusal("sh -c 'x {port}").contains("--serve"));
    }
}
