//! The arms of a test, set up.

use super::arm::Arm;
use super::judge::JudgeArms;
use crate::server::Server;

/// The arms of a test, set up.
pub(in crate::runner) struct ReadyArms {
    pub(in crate::runner) arms: Vec<Arm>,
    /// Each once, although several arms may use it.
    pub(in crate::runner) servers: Vec<Server>,
    /// How many of the servers the test itself asks for.
    pub(in crate::runner) direct_servers: usize,
    pub(in crate::runner) judge: JudgeArms,
}
