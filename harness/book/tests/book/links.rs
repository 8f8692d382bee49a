//! Links lead to files and headings that exist, and the book has every page.

use std::path::Path;

use proofload_book::markdown::{Page, links, pages, read, top};
use proofload_testing::specification;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = specification![
    every_link_leads_somewhere,
    a_page_of_the_book_links_to_pages_of_the_book,
    every_page_is_in_the_book,
    every_proof_that_a_page_names_exists,
];

/// Where files outside the book are, for those who read it as a book.
const REPOSITORY: &str = "https://github.com/proofload/proofload/blob/main/";
const FOLDER: &str = "https://github.com/proofload/proofload/tree/main/";

/// What the names of proofs begin with.
const PROOFS: [&str; 11] = [
    "closed: ",
    "open: ",
    "arrivals: ",
    "spike: ",
    "stopped: ",
    "series: ",
    "faults: ",
    "network: ",
    "capacity: ",
    "verdict: ",
    "closed form: ",
];

const OTHERS: [&str; 4] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/SUMMARY.md"];

fn every_link_leads_somewhere() {
    let pages = pages().into_iter().chain(OTHERS.map(read)).chain(decisions());
    let mut wrong = Vec::new();
    for page in pages {
        for link in links(&page.prose()) {
            if leads_nowhere(&page, &link) {
                wrong.push(format!("{}: {link}", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

fn leads_nowhere(page: &Page, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
    let target = match file.strip_prefix(REPOSITORY).or_else(|| file.strip_prefix(FOLDER)) {
        Some(path) => Path::new(path).to_path_buf(),
        None if file.contains("://") => return false,
        None if file.is_empty() => Path::new(&page.path).to_path_buf(),
        None => folder.join(file),
    };
    if !top().join(&target).exists() {
        return true;
    }
    !anchor.is_empty() && !read(&target.to_string_lossy()).anchors().iter().any(|found| found == anchor)
}

/// Outside the repository's own pages, a relative link to a file that is not in the book would be dead.
fn a_page_of_the_book_links_to_pages_of_the_book() {
    let mut wrong = Vec::new();
    for page in pages().into_iter().filter(|page| page.path.starts_with("docs/")).chain(decisions()) {
        let depth = page.path.matches('/').count() - 1;
        let leaves = |link: &String| !link.contains("://") && link.matches("../").count() > depth;
        wrong.extend(links(&page.prose()).into_iter().filter(leaves).map(|link| format!("{}: {link}", page.path)));
    }
    assert!(wrong.is_empty(), "write {REPOSITORY}… in:\n{}", wrong.join("\n"));
}

fn every_page_is_in_the_book() {
    let listed = links(&read("docs/SUMMARY.md").text);
    let mut missing = Vec::new();
    for folder in ["docs", "docs/first-steps", "docs/how-to", "docs/reference", "docs/figures", "docs/decisions"] {
        for entry in std::fs::read_dir(top().join(folder)).expect("the folder is there") {
            let name = entry.expect("the folder can be read").file_name().to_string_lossy().into_owned();
            let page = format!("{folder}/{name}").trim_start_matches("docs/").to_owned();
            if page.ends_with(".md") && page != "SUMMARY.md" && !listed.contains(&page) {
                missing.push(page);
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
}

fn every_proof_that_a_page_names_exists() {
    let folder = top().join("perf-tests/tests/proofs");
    let files = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path());
    let sources: String = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    let mut named = 0;
    for page in pages().iter().filter(|page| page.path.starts_with("docs/figures/")) {
        let text = page.without_blocks();
        for code in text.split('`').skip(1).step_by(2) {
            let is_proof = PROOFS.iter().any(|start| code.starts_with(start)) && !code.ends_with('…');
            named += usize::from(is_proof);
            assert!(!is_proof || sources.contains(&format!("\"{code}\"")), "{}: there is no proof `{code}`", page.path);
        }
    }
    assert!(named > 20, "{named}");
}

fn decisions() -> Vec<Page> {
    let listed = links(&read("docs/SUMMARY.md").text);
    listed.iter().filter(|link| link.contains("decisions/")).map(|link| read(&format!("docs/{link}"))).collect()
}
