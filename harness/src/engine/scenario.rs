//! What the engine drives.

use std::future::Future;

use crate::client::Seat;
use crate::measure::IterationEnd;

/// Something a virtual user does again and again.
///
/// A user lives on one worker thread, so neither it nor its futures need be `Send`.
pub trait Scenario: Sync {
    /// Everything that one virtual user owns.
    type User;

    /// Makes a user ready for its first iteration. The error's text breaks the test.
    fn enter(&self, seat: Seat) -> impl Future<Output = Result<Self::User, String>>;

    /// One iteration. Requests are recorded through the seat's log by whoever sends them.
    fn iterate(&self, user: &mut Self::User) -> impl Future<Output = IterationEnd>;

    /// Takes leave of a user: tear-down of what it owns. The error's text is told after the verdict.
    fn leave(&self, user: Self::User) -> impl Future<Output = Result<(), String>>;
}
