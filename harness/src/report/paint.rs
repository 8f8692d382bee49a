//! Colours. Only this file uses the `colored` crate.

use colored::Colorize;

use crate::outcome::Outcome;

/// Whether text is coloured. The caller decides, because it knows the terminal and `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    coloured: bool,
}

impl Paint {
    /// Text without colours.
    pub fn plain() -> Paint {
        Paint { coloured: false }
    }

    /// Text with terminal colours.
    pub fn coloured() -> Paint {
        // Otherwise `colored` would decide again, from stdout alone.
        colored::control::set_override(true);
        Paint { coloured: true }
    }

    /// `text` in the colour of `outcome`.
    pub fn outcome(self, outcome: Outcome, text: &str) -> String {
        if !self.coloured {
            return text.to_owned();
        }
        let painted = match outcome {
            Outcome::Passed => text.green(),
            Outcome::Failed => text.red().bold(),
            Outcome::Invalid | Outcome::Errored => text.magenta().bold(),
            Outcome::Ignored | Outcome::Interrupted => text.yellow(),
            Outcome::Explored => text.cyan(),
        };
        painted.to_string()
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        if self.coloured { text.bold().to_string() } else { text.to_owned() }
    }

    /// Text that a reader may skip.
    pub fn dimmed(self, text: &str) -> String {
        if self.coloured { text.dimmed().to_string() } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is_and_coloured_text_differs_by_outcome() {
        assert_eq!(Paint::plain().outcome(Outcome::Failed, "failed"), "failed");
        assert_eq!(Paint::coloured().outcome(Outcome::Passed, "passed"), "\u{1b}[32mpassed\u{1b}[0m");
        assert_eq!(Paint::coloured().outcome(Outcome::Failed, "failed"), "\u{1b}[1;31mfailed\u{1b}[0m");
    }
}
