//! Pages in Markdown: their blocks of code, links and headings.

use std::path::{Path, PathBuf};

/// A page of the book, or the README.
#[derive(Debug, Clone)]
pub struct Page {
    /// From the top of the repository: `docs/live.md`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A block of code between fences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `rust`, `console`, `toml`; empty if the fence names none.
    pub language: String,
    /// The first line of code, counted from 1.
    pub line: usize,
    /// Without the fences.
    pub code: String,
    /// The comment right above it, as `run` for `<!-- run -->`.
    pub note: Option<String>,
}

/// The top of the repository.
#[must_use]
pub fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The README and the pages that `docs/SUMMARY.md` lists, without the decisions: these show what was true when they were made.
///
/// # Panics
/// If a page cannot be read.
#[must_use]
pub fn pages() -> Vec<Page> {
    let summary = read("docs/SUMMARY.md");
    let listed =
        links(&summary.text).into_iter().filter(|link| !link.contains("decisions/")).map(|link| format!("docs/{link}"));
    ["README.md".to_owned()].into_iter().chain(listed).map(|path| read(&path)).collect()
}

/// One file of the repository.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn read(path: &str) -> Page {
    let text = std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    Page { path: path.to_owned(), text }
}

impl Page {
    /// Its blocks of code, in order.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        let mut note = None;
        for (index, line) in self.text.lines().enumerate() {
            match (&mut open, line.trim_start().strip_prefix("```")) {
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.code.push_str(line);
                    block.code.push('\n');
                }
                (None, Some(language)) => {
                    let language = language.trim().to_owned();
                    open = Some(Block { language, line: index + 2, code: String::new(), note: note.take() });
                }
                (None, None) if line.trim().is_empty() => {}
                (None, None) => note = comment(line),
            }
        }
        blocks
    }

    /// Its lines, empty where blocks of code are.
    #[must_use]
    pub fn without_blocks(&self) -> String {
        let mut in_block = false;
        let line = |line: &str| {
            let is_fence = line.trim_start().starts_with("```");
            in_block ^= is_fence;
            if is_fence || in_block { "\n".to_owned() } else { format!("{line}\n") }
        };
        self.text.lines().map(line).collect()
    }

    /// Its text without blocks of code and without `code`.
    #[must_use]
    pub fn prose(&self) -> String {
        self.without_blocks().split('`').step_by(2).collect()
    }

    /// What links may name behind `#`, as GitHub and mdBook make it of headings.
    #[must_use]
    pub fn anchors(&self) -> Vec<String> {
        let text = self.without_blocks();
        let headings = text.lines().filter(|line| line.starts_with('#'));
        headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
    }
}

fn comment(line: &str) -> Option<String> {
    let text = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(text.trim().to_owned())
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// Where links lead: what is between `](` and `)`.
#[must_use]
pub fn links(text: &str) -> Vec<String> {
    let parts = text.split("](").skip(1);
    parts.filter_map(|part| Some(part.split_once(')')?.0.to_owned())).collect()
}
