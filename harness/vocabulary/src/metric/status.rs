//! Statuses of responses, as a metric names them: `status_429`, `status_4xx`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// One status, or all of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statuses {
    /// `status_429`
    One(u16),
    /// `status_4xx`: 400 to 499.
    Class(u16),
}

/// `status_42`, `status_9xx`: not a status.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` names no status: write a number from 100 to 599 or a class, as in `status_429` or `status_4xx`")]
pub struct NotAStatus(pub String);

/// What the metric of a status begins with.
pub(super) const STATUS: &str = "status_";

impl Statuses {
    /// True if `status` is one of them.
    pub const fn contains(self, status: u16) -> bool {
        match self {
            Statuses::One(one) => status == one,
            Statuses::Class(class) => status / 100 == class,
        }
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statuses::One(status) => write!(f, "{STATUS}{status}"),
            Statuses::Class(class) => write!(f, "{STATUS}{class}xx"),
        }
    }
}

impl FromStr for Statuses {
    type Err = NotAStatus;

    fn from_str(word: &str) -> Result<Statuses, NotAStatus> {
        let not_one = || NotAStatus(word.to_owned());
        let rest = word.strip_prefix(STATUS).ok_or_else(not_one)?;
        let (digits, class) = rest.strip_suffix("xx").map_or((rest, false), |digits| (digits, true));
        let length = if class { 1 } else { 3 };
        let number: u16 = digits.parse().ok().filter(|_| digits.len() == length).ok_or_else(not_one)?;
        match (class, number) {
            (true, 1..=5) => Ok(Statuses::Class(number)),
            (false, 100..=599) => Ok(Statuses::One(number)),
            _ => Err(not_one()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_or_a_class_reads_back_and_nothing_else_is_one() {
        for text in ["status_429", "status_4xx", "status_100", "status_599", "status_1xx"] {
            assert_eq!(text.parse::<Statuses>().unwrap().to_string(), text);
        }
        for text in
            ["status_", "status_42", "status_600", "status_0429", "status_9xx", "status_42xx", "status_ok", "429"]
        {
            assert!(text.parse::<Statuses>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_class_holds_its_hundred() {
        let class: Statuses = "status_4xx".parse().unwrap();
        assert!(class.contains(400) && class.contains(499) && !class.contains(399) && !class.contains(500));
    }
}
