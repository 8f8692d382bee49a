//! What becomes of a test when it is to be compared with another version.

use crate::comparison::ChangeReport;
use crate::outcome::TestReport;
use crate::runner::arms::ReadyArms;
use crate::runner::fixtures::ReadyFixtures;
use crate::runner::test::Test;

/// What becomes of a test whose fixtures of this version are set up.
pub(crate) enum BesideBase {
    /// It runs as it is; with what is said of the comparison, if one was asked for.
    Alone(ReadyFixtures, Option<ChangeReport>),
    /// Both versions take turns.
    InTurns { test: Box<Test>, arms: ReadyArms, notes: Vec<String> },
    /// The other version is broken.
    Broken(ReadyFixtures, Box<TestReport>),
}
