//! The request lines that the users of one worker thread share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use http::Method;

use super::request_line::RequestLine;

/// So many lines are shared; most tests have fewer. Where paths contain identifiers there may be any number of them, so any
/// further line is kept by its user alone, and only until the next.
const MOST_LINES: usize = 128;

/// Twice as many, so that a line is found with few looks.
const SLOTS: usize = 2 * MOST_LINES;

/// A longer path is not shared.
const LONGEST_PATH: usize = 1024;

/// The request lines that the users of one worker thread share, found by method and path.
#[derive(Debug)]
pub struct RequestLines {
    table: RefCell<LineTable>,
    last_number: Cell<u64>,
    /// The line of a user that has sent nothing.
    none: Rc<RequestLine>,
}

#[derive(Debug, Default)]
struct LineTable {
    slots: Vec<Option<Rc<RequestLine>>>,
    lines: usize,
}

impl Default for RequestLines {
    fn default() -> RequestLines {
        let none = Rc::new(RequestLine::shared(0, &Method::GET, ""));
        RequestLines { table: RefCell::default(), last_number: Cell::new(0), none }
    }
}

impl RequestLines {
    /// The line of a user that has sent nothing.
    pub fn none(&self) -> Rc<RequestLine> {
        Rc::clone(&self.none)
    }

    /// The line of this method and path; `None` if it is not shared.
    pub fn find(&self, method: &Method, path: &str) -> Option<Rc<RequestLine>> {
        let LineTable { slots, lines } = &mut *self.table.borrow_mut();
        if slots.is_empty() {
            slots.resize(SLOTS, None);
        }
        let mut slot = first_slot(path);
        while let Some(line) = &slots[slot] {
            if line.is(method, path) {
                return Some(Rc::clone(line));
            }
            slot = (slot + 1) % SLOTS;
        }
        if *lines == MOST_LINES || path.len() > LONGEST_PATH {
            return None;
        }
        *lines += 1;
        let line = Rc::new(RequestLine::shared(self.next_number(), method, path));
        slots[slot] = Some(Rc::clone(&line));
        Some(line)
    }

    /// A number that no other line has.
    pub fn next_number(&self) -> u64 {
        self.last_number.set(self.last_number.get() + 1);
        self.last_number.get()
    }
}

/// Where to look first. Multiplied as in the hash of the Rust compiler, which is fast for short texts; the paths come from the author of the test.
fn first_slot(path: &str) -> usize {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let add = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = path.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| add(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| add(hash, u64::from(*byte)));
    (hash >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_method_and_path_has_one_line() {
        let lines = RequestLines::default();
        let first = lines.find(&Method::GET, "/a").unwrap();
        assert!(Rc::ptr_eq(&first, &lines.find(&Method::GET, "/a").unwrap()));
        for (method, path) in [(Method::PUT, "/a"), (Method::GET, "/b"), (Method::GET, "")] {
            let other = lines.find(&method, path).unwrap();
            assert!(other.is(&method, path) && other.number != first.number);
        }
    }

    #[test]
    fn however_many_paths_there_are_only_the_first_are_kept_and_those_are_found() {
        let lines = RequestLines::default();
        let paths: Vec<_> = (0..10_000).map(|id| format!("/items/{id}")).collect();
        let known = |path: &String| lines.find(&Method::GET, path).map(|line| line.number);
        let first: Vec<_> = paths.iter().map(known).collect();
        assert_eq!(first.iter().flatten().count(), MOST_LINES);
        assert_eq!(paths.iter().map(known).collect::<Vec<_>>(), first);
    }

    #[test]
    fn a_very_long_path_is_not_kept() {
        assert!(RequestLines::default().find(&Method::GET, &format!("/{}", "x".repeat(LONGEST_PATH))).is_none());
    }
}
