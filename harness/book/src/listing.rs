//! Listings in Rust, made whole: a page shows an attribute without its function, or the lines of a function alone.

use crate::markdown::{Block, Page};

/// A module with the listing of a page in it; `setting` has what the page takes for granted.
#[must_use]
pub fn module(page: &Page, block: &Block) -> String {
    let (path, line) = (&page.path, block.line);
    let name: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let (inner, rest): (Vec<&str>, Vec<&str>) = block.code.lines().partition(|line| line.starts_with("//!"));
    let inner = inner.join("\n");
    let code = if is_of_a_function(&rest) { in_a_function(&rest) } else { with_functions(&rest) };
    format!("/// {path}:{line}\npub mod {name}_{line} {{\n{inner}\nuse crate::setting::*;\n{code}}}\n\n")
}

/// True if the lines are what a function does.
fn is_of_a_function(lines: &[&str]) -> bool {
    let first = lines.iter().find(|line| !line.trim().is_empty()).unwrap_or(&"");
    ["match ", "let ", "user."].iter().any(|start| first.starts_with(start))
}

fn in_a_function(lines: &[&str]) -> String {
    let code = lines.join("\n");
    format!("async fn shown(user: &mut User, agent: &Server) -> proofload::Result {{\n{code}\nOk(())\n}}\n")
}

/// Adds a function below each attribute that has none.
fn with_functions(lines: &[&str]) -> String {
    let mut code = String::new();
    let mut attribute: Option<String> = None;
    for (index, line) in lines.iter().enumerate() {
        code.push_str(line);
        code.push('\n');
        if line.starts_with("#[perf(") {
            attribute = Some(String::new());
        }
        let Some(text) = &mut attribute else { continue };
        text.push_str(line);
        if line.ends_with(")]") {
            let next = lines[index + 1..].iter().find(|line| !line.trim().is_empty());
            if !next.is_some_and(|next| next.contains("fn ")) {
                code.push_str(&function(text, index));
            }
            attribute = None;
        }
    }
    code
}

fn function(attribute: &str, index: usize) -> String {
    let server = if attribute.contains("versus(server") { "server" } else { "agent" };
    format!(
        "async fn shown_{index}(user: &mut User, {server}: &Server) -> proofload::Result {{\n\
         user.get({server}, \"/config\").await?;\nOk(())\n}}\n"
    )
}
