//! The last lines of servers that died.

use super::titled::titled;
use crate::outcome::{ServerReport, TestReport};
use crate::report::html::escaped::{Escaped, name};

pub(super) fn last_lines(test: &TestReport) -> String {
    let servers: String = test.servers.iter().filter(|server| !server.last_lines.is_empty()).map(lines_of).collect();
    titled("Last lines of the server", servers)
}

fn lines_of(server: &ServerReport) -> String {
    let died = server.died.as_deref().map(|how| format!(", {}", Escaped::line(how))).unwrap_or_default();
    let file = server.output.as_ref().map(|path| {
        let path = path.display().to_string();
        format!("<p class=muted>All of its output: <code>{}</code></p>\n", Escaped::line(&path))
    });
    let lines: String = server.last_lines.iter().map(|line| format!("{}\n", Escaped::line(line))).collect();
    format!(
        "<p>{}{died}:</p>\n<pre tabindex=0 role=region aria-label=\"Last lines of the server\">{lines}</pre>\n{}",
        name(&server.name),
        file.unwrap_or_default()
    )
}
