//! What the values of settings look like.

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// One of the kinds, quoted.
    Kind,
    /// A whole number of at least 1.
    Count,
    /// A whole number.
    Seed,
    /// A time above zero.
    Duration,
    /// A time; zero counts as none.
    DurationOrNone,
    /// A whole number or a time; zero counts as none.
    CountOrDuration,
    /// A number per second, or a share of the capacity.
    Rate,
    /// A number per second.
    PerSecond,
    /// What happens at the cap.
    Overflow,
    /// How arrivals are spaced.
    Spacing,
    /// A time, or a range of times.
    Think,
    /// How servers take turns.
    Order,
    /// How users share connections.
    Connections,
    /// `true` or `false`.
    Switch,
    /// A whole number; zero counts as none.
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
    /// Paths of tests in brackets.
    Tests,
    /// A quoted reason, `true` or `false`.
    IgnoreReason,
}

impl ValueType {
    /// For messages: "expected …".
    pub const fn describe(self) -> &'static str {
        match self {
            ValueType::Kind => "a kind in quotes, such as `\"load\"`",
            ValueType::Count => "a whole number of at least 1, such as `100`",
            ValueType::Seed => "a whole number, such as `42`",
            ValueType::Duration => "a time above zero, such as `30s`",
            ValueType::DurationOrNone => "a time, such as `5s`",
            ValueType::CountOrDuration => "a number of requests such as `500`, or a time such as `2s`",
            ValueType::Rate => "a rate above zero, such as `300/s`, or a share such as `50% of capacity`",
            ValueType::PerSecond => "a rate above zero, such as `5/s`",
            ValueType::Overflow => "`queue` or `shed`",
            ValueType::Spacing => "`even` or `poisson`",
            ValueType::Think => "a time such as `2s`, or a range of times such as `1s..3s`",
            ValueType::Order => "`interleaved` or `one_after_the_other`",
            ValueType::Connections => "`per_user`, `per_request` or a number for all users, such as `shared(8)`",
            ValueType::Switch => "`true` or `false`",
            ValueType::CountOrNone => "a whole number such as `5`, or 0 for none",
            ValueType::Proxy => "the address of a proxy in quotes, such as `\"http://127.0.0.1:3128\"`",
            ValueType::File => "the path of a file in quotes, such as `\"ca.pem\"`",
            ValueType::Stages => "levels over time, as in `stages(0/s -> 500/s over 30s, 500/s for 60s)`",
            ValueType::Spike => {
                "a base, a peak and its times, as in `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`"
            }
            ValueType::Sweep => "users or rates, as in `sweep(users = [1, 2, 5])`",
            ValueType::Capacity => "how to search, as in `capacity(start = 50/s, budget = 120s)`",
            ValueType::Text => "a string in quotes",
            ValueType::Words => "words in brackets, such as `[slow, smoke]`",
            ValueType::Tests => "tests in brackets, such as `[answers_agree]`",
            ValueType::IgnoreReason => "a reason in quotes, `true` or `false`",
        }
    }

    /// True if the value is written in parentheses: `stages(…)`.
    pub const fn has_parentheses(self) -> bool {
        matches!(self, ValueType::Stages | ValueType::Spike | ValueType::Sweep | ValueType::Capacity)
    }

    /// True if the value is one of a few words: `overflow = shed`, `connections = shared(8)`.
    pub const fn is_word(self) -> bool {
        matches!(self, ValueType::Overflow | ValueType::Spacing | ValueType::Order | ValueType::Connections)
    }

    /// True if the value is a string in quotes, and nothing that reads as a number.
    pub const fn is_text(self) -> bool {
        matches!(self, ValueType::Proxy | ValueType::File)
    }
}
