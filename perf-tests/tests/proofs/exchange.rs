//! What a proof and its probe pass to each other: names of environment variables, and of the parts of a file.

/// The file in which the probe leaves the records of both sides.
pub(crate) const RECORD: &str = "PROOF_RECORD";
/// In that file: the server's own record.
pub(crate) const SERVER: &str = "server";
/// In that file: each hold-up of the generator, in seconds.
pub(crate) const GENERATOR: &str = "generator_held_up_s";
/// The file to which each measurement adds a line when it begins.
pub(crate) const BEGUN: &str = "PROOF_BEGUN";
/// The parameters with which the server of a proof is configured.
pub(crate) const CONFIGURE: &str = "PROOF_CONFIGURE";
/// The file to which workers add a line for each time in which they were held up, in seconds.
pub(crate) const HELD_UP: &str = "PROOF_HELD_UP";
