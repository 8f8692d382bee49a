//! What viewers have seen and will see: the events of a session, in memory.

use hyper::body::Bytes;
use serde::Serialize;

/// The most that is kept: some 20 hours of figures each second. Beyond it, the older half of the figures is dropped.
const MOST_BYTES: usize = 16 << 20;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventKind {
    /// The plan of the session, the first event.
    Session,
    /// A test begins.
    TestBegins,
    /// A run of it begins.
    RunBegins,
    /// Counters of a run, once a second.
    Progress,
    /// Finished slices of a run.
    Slices,
    /// The run is over.
    RunEnded,
    /// The test was judged.
    TestEnded,
    /// Something happened.
    Log,
    /// What the page may do now.
    Controls,
    /// The last event.
    End,
}

impl EventKind {
    const fn name(self) -> &'static str {
        match self {
            EventKind::Session => "session",
            EventKind::TestBegins => "test_begins",
            EventKind::RunBegins => "run_begins",
            EventKind::Progress => "progress",
            EventKind::Slices => "slices",
            EventKind::RunEnded => "run_ended",
            EventKind::TestEnded => "test_ended",
            EventKind::Log => "log",
            EventKind::Controls => "controls",
            EventKind::End => "end",
        }
    }

    /// Figures can be dropped without a viewer losing its place.
    const fn is_figures(self) -> bool {
        matches!(self, EventKind::Progress | EventKind::Slices)
    }
}

/// How long a browser waits before it connects again after the last event, in milliseconds: longer than a tab is open.
const NEVER_MS: u32 = i32::MAX.cast_unsigned();

/// One event, in the form in which it is sent.
#[derive(Debug, Clone)]
struct Event {
    id: u64,
    kind: EventKind,
    text: Bytes,
}

/// The events of a session, oldest first; ids begin at 1 and have no gap but where figures were dropped.
#[derive(Debug, Default)]
pub(super) struct Journal {
    events: Vec<Event>,
    last_id: u64,
    bytes: usize,
    is_ended: bool,
}

impl Journal {
    /// Adds an event. None follows the last one.
    pub(super) fn push(&mut self, kind: EventKind, data: &impl Serialize) {
        if self.is_ended {
            return;
        }
        self.is_ended = kind == EventKind::End;
        self.last_id += 1;
        let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
        let retry = if self.is_ended { format!("retry: {NEVER_MS}\n") } else { String::new() };
        let text = format!("{retry}id: {}\nevent: {}\ndata: {data}\n\n", self.last_id, kind.name());
        self.bytes += text.len();
        self.events.push(Event { id: self.last_id, kind, text: Bytes::from(text) });
        if self.bytes > MOST_BYTES {
            self.drop_old();
        }
    }

    /// Drops the older half of the figures, then the oldest of the rest but for the first.
    fn drop_old(&mut self) {
        let figures = self.events.iter().filter(|event| event.kind.is_figures()).count();
        let mut to_drop = figures.div_ceil(2);
        self.events.retain(|event| {
            let drops = event.kind.is_figures() && to_drop > 0;
            to_drop -= usize::from(drops);
            !drops
        });
        self.bytes = self.events.iter().map(|event| event.text.len()).sum();
        while self.bytes > MOST_BYTES && self.events.len() > 2 {
            self.bytes -= self.events.remove(1).text.len();
        }
    }

    /// The id of the newest event; 0 before the first.
    pub(super) fn last_id(&self) -> u64 {
        self.last_id
    }

    /// True once the last event is there.
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The events after the one with this id, up to about `most` bytes, and the id of the last of them.
    pub(super) fn after(&self, id: u64, most: usize) -> (Vec<Bytes>, u64) {
        let from = self.events.partition_point(|event| event.id <= id);
        let (mut texts, mut bytes, mut last) = (Vec::new(), 0, id);
        for event in &self.events[from..] {
            texts.push(event.text.clone());
            (bytes, last) = (bytes + event.text.len(), event.id);
            if bytes >= most {
                break;
            }
        }
        (texts, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(journal: &Journal, after: u64) -> String {
        let (texts, _) = journal.after(after, usize::MAX);
        texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }

    #[test]
    fn a_viewer_that_comes_back_gets_what_it_missed() {
        let mut journal = Journal::default();
        journal.push(EventKind::Session, &"plan");
        journal.push(EventKind::Log, &"line\nbreak");
        assert_eq!(
            texts(&journal, 0),
            "id: 1\nevent: session\ndata: \"plan\"\n\nid: 2\nevent: log\ndata: \"line\\nbreak\"\n\n"
        );
        assert_eq!(texts(&journal, 1), "id: 2\nevent: log\ndata: \"line\\nbreak\"\n\n");
        assert_eq!(texts(&journal, 2), "");
        assert_eq!(journal.after(0, 1).1, 1, "one event at a time if they are large");
    }

    #[test]
    fn nothing_follows_the_end_and_a_browser_does_not_connect_again() {
        let mut journal = Journal::default();
        journal.push(EventKind::End, &1);
        journal.push(EventKind::Log, &2);
        assert_eq!(texts(&journal, 0), "retry: 2147483647\nid: 1\nevent: end\ndata: 1\n\n");
    }

    #[test]
    fn a_very_long_session_keeps_its_newer_figures_and_everything_else() {
        let mut journal = Journal::default();
        journal.push(EventKind::Session, &0);
        for _ in 0..100 {
            journal.push(EventKind::TestBegins, &0);
            journal.push(EventKind::Slices, &"x".repeat(MOST_BYTES / 60));
        }
        let kinds = |kind| journal.events.iter().filter(|event| event.kind == kind).count();
        assert!(journal.bytes <= MOST_BYTES);
        assert_eq!((kinds(EventKind::Session), kinds(EventKind::TestBegins)), (1, 100));
        assert!((30..60).contains(&kinds(EventKind::Slices)), "{}", kinds(EventKind::Slices));
        assert_eq!(journal.events.last().map(|event| event.id), Some(201));
    }
}
