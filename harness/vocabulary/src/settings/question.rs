//! What settings answer, and which workload model they belong to.

/// A question that several settings answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Users, a rate, or a plan of either.
    HowMuch,
    /// Requests or a time.
    HowLong,
    /// How the users of a closed workload start.
    HowUsersStart,
    /// When a user begins its next iteration.
    WhenNextBegins,
}

/// A workload model without its details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// Users.
    Closed,
    /// Arrivals.
    Open,
}
