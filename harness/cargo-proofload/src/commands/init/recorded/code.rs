//! The test that repeats a session, as Rust code.

use super::rust_text::{borrowed, displayed, in_list, json, literal};
use super::session::{RecordedServer, RepeatedBody, RepeatedPart, RepeatedRequest, RepeatedSession};

/// A chain of calls that is longer is broken, as rustfmt does it.
const CHAIN_WIDTH: usize = 60;

impl RepeatedSession {
    /// Code with fixtures and one test; `test` is the name of the test target.
    pub(crate) fn code(&self, test: &str) -> String {
        let mut code = format!(
            "//! What {} has, as one user repeats it: `cargo test --test {test}`.\n\nuse proofload::prelude::*;\n",
            self.source
        );
        self.servers.iter().for_each(|server| code.push_str(&self.server(server)));
        code.push_str(&self.secrets());
        let mut constants = String::new();
        let steps: String =
            self.steps.iter().enumerate().map(|(at, step)| self.step(at, step, &mut constants)).collect();
        if !constants.is_empty() {
            code.push_str(&format!("\n{constants}"));
        }
        code + &self.attribute() + &self.signature() + &steps + "    Ok(())\n}\n"
    }

    /// Crates and features that the code needs: JSON is made where it has variables.
    pub(crate) fn needs_serde_json(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.body, Some(RepeatedBody::Json(_))))
    }

    /// Of the library.
    pub(crate) fn features(&self) -> Vec<&'static str> {
        let needs_tls =
            self.servers.iter().any(|server| server.origin.as_ref().is_some_and(|at| at.starts_with("https:")));
        let tls = needs_tls.then_some("tls");
        tls.into_iter().chain(self.features.iter().copied()).collect()
    }

    /// The variables that give the addresses of servers, and those that must be set.
    pub(crate) fn server_variables(&self) -> Vec<(String, bool)> {
        self.servers.iter().map(|server| (server_variable(server), !server.is_local)).collect()
    }

    pub(crate) fn secret_variables(&self) -> Vec<String> {
        self.secrets.iter().map(|field| secret_variable(field)).collect()
    }

    fn server(&self, server: &RecordedServer) -> String {
        let RecordedServer { fixture, origin, is_local } = server;
        let variable = server_variable(server);
        let (comment, body) = match (origin, is_local) {
            (Some(origin), true) => (
                format!("/// The server, which must run already; `{variable}=http://…` names another one."),
                format!("    Ok(Server::attach({})?)\n", literal(origin)),
            ),
            (origin, _) => {
                let known = match origin {
                    Some(origin) => format!("{} has requests to {origin}", self.source),
                    None => format!("{} names no server", self.source),
                };
                let text = format!("{known}: set {variable} to the address of a server that you may put load on");
                (
                    format!("/// A server that you may put load on: `{variable}=http://…` names it."),
                    format!("    Err(proofload::Error::message(\n        {},\n    ))\n", literal(&text)),
                )
            }
        };
        format!(
            "\n{comment}\n#[fixture(scope = session)]\nasync fn {fixture}() -> proofload::Result<Server> {{\n{body}}}\n"
        )
    }

    fn secrets(&self) -> String {
        if self.secrets.is_empty() {
            return String::new();
        }
        let fields: String = self.secrets.iter().map(|field| format!("    {field}: String,\n")).collect();
        let values =
            self.secrets.iter().map(|field| format!("        {field}: variable({:?})?,\n", secret_variable(field)));
        let values: String = values.collect();
        format!(
            "\n/// What must not be written down; the environment has it.\nstruct Secrets {{\n{fields}}}\n\n\
             #[fixture(scope = session)]\nasync fn secrets() -> proofload::Result<Secrets> {{\n    Ok(Secrets {{\n{values}    }})\n}}\n\n\
             fn variable(name: &str) -> proofload::Result<String> {{\n    std::env::var(name)\n        \
             .map_err(|_| proofload::Error::message(format!(\"set the variable {{name}} to the value of your session\")))\n}}\n"
        )
    }

    fn attribute(&self) -> String {
        let cookies = if self.keeps_cookies { "cookies = true, " } else { "" };
        let settings: String = self.settings.iter().map(|setting| format!("{setting}, ")).collect();
        format!(
            "\n/// One iteration is the whole session. Add what its users expect, such as `p95 < 300ms`.\n\
             #[perf(kind = \"load\", users = 10, duration = 10s, {cookies}{settings}success_rate >= 100%)]\n"
        )
    }

    fn signature(&self) -> String {
        let mut parameters = vec!["user: &mut User".to_owned()];
        let is_used = |at: &usize| self.steps.iter().any(|step| step.server == *at);
        let used = (0..self.servers.len()).filter(is_used);
        parameters.extend(used.map(|at| format!("{}: &Server", self.servers[at].fixture)));
        if !self.secrets.is_empty() {
            parameters.push("secrets: &Secrets".to_owned());
        }
        let line = format!("async fn session({}) -> proofload::Result {{\n", parameters.join(", "));
        match line.len() <= 101 {
            true => line,
            false => format!("async fn session(\n    {},\n) -> proofload::Result {{\n", parameters.join(",\n    ")),
        }
    }

    fn step(&self, at: usize, step: &RepeatedRequest, constants: &mut String) -> String {
        let pause = match step.pause_ms {
            0 => String::new(),
            pause => format!("    user.think(Duration::from_millis({pause})).await;\n"),
        };
        let mut calls: Vec<String> = Vec::new();
        if !step.query.is_empty() {
            let pairs: Vec<String> =
                step.query.iter().map(|(name, value)| format!("({}, {})", literal(name), in_list(value))).collect();
            calls.push(format!("query(&[{}])", pairs.join(", ")));
        }
        calls.extend(step.endpoint.iter().map(|endpoint| format!("named({})", literal(endpoint))));
        calls.extend(step.headers.iter().map(|(name, value)| match bearer(name, value) {
            Some(token) => format!("bearer({token})"),
            None => format!("header({}, {})", literal(name), displayed(value)),
        }));
        calls.extend(step.body.iter().map(|body| body_call(at, body, constants)));
        calls.extend(step.status.map(|status| format!("expect({status})")));
        let first = self.first_call(step);
        let line = format!("{first}.{}.await?", calls.join(".")).replace("..await", ".await");
        match line.len() <= CHAIN_WIDTH && !line.contains('\n') {
            true => format!("{pause}    {line};\n"),
            false => {
                let calls: String = calls.iter().map(|call| format!("        .{call}\n")).collect();
                format!("{pause}    {first}\n{calls}        .await?;\n")
            }
        }
    }

    /// `user.get(app, "/items")`
    fn first_call(&self, step: &RepeatedRequest) -> String {
        let (server, path) = (&self.servers[step.server].fixture, borrowed(&step.path));
        match step.method.as_str() {
            "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" => {
                format!("user.{}({server}, {path})", step.method.to_lowercase())
            }
            "OPTIONS" | "TRACE" => format!("user.request(proofload::Method::{}, {server}, {path})", step.method),
            other => format!("user.request(proofload::Method::from_bytes(b{other:?})?, {server}, {path})"),
        }
    }
}

fn server_variable(server: &RecordedServer) -> String {
    format!("PROOFLOAD_TARGET_{}", server.fixture.to_uppercase())
}

fn secret_variable(field: &str) -> String {
    format!("APP_{}", field.to_uppercase())
}

/// The variable of `authorization: Bearer …`.
fn bearer(name: &str, value: &super::secrets::CleanText) -> Option<String> {
    let text = displayed(value);
    let token = text.strip_prefix("format_args!(\"Bearer {}\", ")?.strip_suffix(')')?;
    (name == "authorization").then(|| format!("&{token}"))
}

fn body_call(at: usize, body: &RepeatedBody, constants: &mut String) -> String {
    match body {
        RepeatedBody::Text(text) => match text.as_text() {
            Some(text) if text.len() > 40 => {
                let name = format!("BODY_{}", at + 1);
                constants.push_str(&format!("const {name}: &str = {};\n", literal(&text)));
                format!("text({name})")
            }
            _ => format!("text({})", borrowed(text)),
        },
        RepeatedBody::Json(value) => format!("json(&serde_json::json!({}))", json(value, 8)),
        RepeatedBody::Form(fields) => {
            let pairs: Vec<String> =
                fields.iter().map(|(name, value)| format!("({}, {})", in_list(name), in_list(value))).collect();
            format!("form(&[{}])", pairs.join(", "))
        }
        RepeatedBody::Multipart(parts) => {
            format!("multipart(&Form::new(){})", parts.iter().map(part).collect::<String>())
        }
    }
}

fn part(part: &RepeatedPart) -> String {
    let name = borrowed(&part.name);
    match &part.file {
        Some((file, kind)) => format!(".file({name}, {}, {}, {})", borrowed(file), literal(kind), in_list(&part.value)),
        None => format!(".text({name}, {})", displayed(&part.value)),
    }
}
