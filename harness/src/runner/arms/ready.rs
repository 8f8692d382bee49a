//! The arms of a test, set up.

use super::arm::Arm;
use super::judge::JudgeArms;
use crate::server::Server;

/// The arms of a test, set up.
pub(crate) struct ReadyArms {
    pub(crate) arms: Vec<Arm>,
    /// Each once, although several arms may use it.
    pub(crate) servers: Vec<Server>,
    /// How many of the servers the test itself asks for.
    pub(crate) direct_servers: usize,
    pub(crate) judge: JudgeArms,
}
