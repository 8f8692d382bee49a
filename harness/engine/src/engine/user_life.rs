//! The only part of the engine that is generic over what users do: compiled for each test, so it is a few lines.

use std::pin::pin;

use super::user_steps::UserSteps;
use crate::measure::IterationEnd;

/// What a virtual user does, from its set-up to its tear-down.
///
/// A user lives on one worker thread, so neither it nor its futures need be `Send`.
pub trait UserLife {
    /// What the engine gives a user when it enters.
    type Slot;

    /// Everything that one virtual user owns.
    type User;

    /// Makes a user ready for its first iteration. The error's text breaks the test.
    fn enter(&self, slot: Self::Slot) -> impl Future<Output = Result<Self::User, String>>;

    /// One iteration. Requests are recorded in the log of the user's slot by the code that sends them.
    fn iterate(&self, user: &mut Self::User) -> impl Future<Output = IterationEnd>;

    /// Tears down what a user owns. The error's text is shown after the verdict.
    fn leave(&self, user: Self::User) -> impl Future<Output = Result<(), String>>;
}

/// Takes the steps of one user when they are due. Every iteration runs in the memory of this future.
pub async fn live<L: UserLife + ?Sized>(life: &L, slot: L::Slot, steps: &UserSteps) {
    // Set-up and tear-down are boxed, so that the user has one place in this future and not one more for each of them.
    let mut user = match Box::pin(life.enter(slot)).await {
        Ok(user) => user,
        Err(why) => return steps.end(Err(why)),
    };
    steps.end(Ok(()));
    while steps.goes_on().await {
        steps.run(pin!(life.iterate(&mut user)), |end| end).await;
    }
    steps.end(Box::pin(life.leave(user)).await);
}
