//! What the values of settings look like.

/// What the value of a setting looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// One of the kinds, quoted.
    Kind,
    /// A whole number of at least 1.
    Count,
    /// A whole number.
    Seed,
    /// A time above zero.
    Duration,
    /// A whole number or a time; zero is none.
    CountOrDuration,
    /// So many each second, or a share of the capacity.
    Rate,
    /// So many each second.
    PerSecond,
    /// What happens at the cap.
    Overflow,
    /// How arrivals lie in time.
    Spacing,
    /// Who sends on which connection.
    Connections,
    /// `true` or `false`.
    Switch,
    /// A whole number; zero is none.
    CountOrNone,
    /// The address of a proxy.
    Proxy,
    /// A path.
    File,
    /// Levels over time, in parentheses.
    Stages,
    /// Base, peak and times, in parentheses.
    Spike,
    /// Levels in brackets, in parentheses.
    Sweep,
    /// The times of the search, in parentheses.
    Capacity,
    /// A quoted text.
    Text,
    /// Words in brackets.
    Words,
    /// A quoted reason, `true` or `false`.
    IgnoreReason,
}

impl Expects {
    /// For messages: "expected …".
    pub const fn describe(self) -> &'static str {
        match self {
            Expects::Kind => "a kind in quotes, such as `\"load\"`",
            Expects::Count => "a whole number of at least 1, such as `100`",
            Expects::Seed => "a whole number, such as `42`",
            Expects::Duration => "a time above zero, such as `30s`",
            Expects::CountOrDuration => "a number of requests such as `500`, or a time such as `2s`",
            Expects::Rate => "a rate above zero, such as `300/s`, or a share such as `50% of capacity`",
            Expects::PerSecond => "a rate above zero, such as `5/s`",
            Expects::Overflow => "`queue` or `shed`",
            Expects::Spacing => "`even` or `poisson`",
            Expects::Connections => "`per_user`, `per_request` or a number for all users, such as `shared(8)`",
            Expects::Switch => "`true` or `false`",
            Expects::CountOrNone => "a whole number such as `5`; 0 is none",
            Expects::Proxy => "the address of a proxy in quotes, such as `\"http://127.0.0.1:3128\"`",
            Expects::File => "the path of a file in quotes, such as `\"ca.pem\"`",
            Expects::Stages => "levels over time, as in `stages(0/s -> 500/s over 30s, 500/s for 60s)`",
            Expects::Spike => {
                "a base, a peak and its times, as in `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`"
            }
            Expects::Sweep => "users or rates, as in `sweep(users = [1, 2, 5])`",
            Expects::Capacity => "how to search, as in `capacity(start = 50/s, budget = 120s)`",
            Expects::Text => "a text in quotes",
            Expects::Words => "words in brackets, such as `[slow, smoke]`",
            Expects::IgnoreReason => "a reason in quotes, `true` or `false`",
        }
    }
}
