//! What was lost, so that no load can be offered any more: [`Loss`].

use std::path::PathBuf;

use super::launch::EndedLaunch;

/// A worker, or what connects the workers, was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    /// `worker 2 on b (process 4711)`, `the broker`.
    pub(super) what: String,
    /// `no heartbeat came from it for 5 s`.
    pub(super) why: String,
    /// What it printed last, if that is on this machine.
    pub(super) last_words: Option<LastWords>,
    /// Where to look, or what to do.
    pub(super) advice: Option<String>,
}

/// The last lines of what a process printed, and the file with all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LastWords {
    pub(super) lines: Vec<String>,
    pub(super) file: PathBuf,
}

impl LastWords {
    /// These lines of this file; `None` if there are no lines.
    pub(super) fn from(lines: Vec<String>, file: PathBuf) -> Option<LastWords> {
        (!lines.is_empty()).then_some(LastWords { lines, file })
    }

    /// Of a process that has ended; `None` if it printed nothing.
    pub(super) fn of(ended: &EndedLaunch) -> Option<LastWords> {
        LastWords::from(ended.last_words.clone(), ended.output.clone())
    }
}

impl Loss {
    /// Of something, for this reason.
    pub(super) fn new(what: impl Into<String>, why: impl Into<String>) -> Loss {
        Loss { what: what.into(), why: why.into(), last_words: None, advice: None }
    }

    /// In full, with the moment: ` 2.1 s after the load began`.
    pub(super) fn at(&self, moment: &str) -> String {
        let Loss { what, why, last_words, advice } = self;
        let advice = advice.iter().map(|advice| format!("; {advice}"));
        let words = last_words.iter().map(|LastWords { lines, file }| {
            let lines: String = lines.iter().map(|line| format!("\n    {line}")).collect();
            format!("; its last words, in {}:{lines}", file.display())
        });
        format!("{what} was lost{moment}: {why}") + &advice.chain(words).collect::<String>()
    }

    /// For the tests after the one in which it was lost.
    pub(super) fn afterwards(&self) -> String {
        let Loss { what, why, .. } = self;
        format!(
            "{what} was lost before this test: {why}; a run without all of its workers offers no load any more, so run this test again"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_has_its_moment_before_its_reason_and_the_last_words_at_its_end() {
        let last_words = Some(LastWords { lines: vec!["no".to_owned(), "room".to_owned()], file: "w.log".into() });
        let loss = Loss { last_words, advice: Some("look there".to_owned()), ..Loss::new("worker 1 on b", "it ended") };
        assert_eq!(
            loss.at(" 2.0 s after the load began"),
            "worker 1 on b was lost 2.0 s after the load began: it ended; look there; its last words, in w.log:\n    no\n    room"
        );
        assert!(loss.afterwards().starts_with("worker 1 on b was lost before this test: it ended; "));
    }
}
