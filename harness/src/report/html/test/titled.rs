//! The heading of a part.

/// `content` under a heading; nothing without content.
pub(super) fn titled(title: &str, content: String) -> String {
    if content.is_empty() { content } else { format!("<h3>{title}</h3>\n{content}") }
}
