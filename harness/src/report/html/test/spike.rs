//! A surge, and how long the server took to recover from it.

use super::titled::titled;
use crate::measure::Measured;
use crate::outcome::figure;
use crate::report::html::table::{shown, terms};

pub(super) fn spike(measured: &Measured) -> String {
    let Some(spike) = &measured.spike else { return String::new() };
    let recovery = match (spike.recovery_s, spike.band_s) {
        (Some(recovery_s), _) => format!("{} after the end of the spike", figure::time(recovery_s)),
        (None, Some(_)) => "not within the measurement".to_owned(),
        (None, None) => "not known: the time before the spike was too short".to_owned(),
    };
    titled(
        "Spike and recovery",
        terms([
            ("median before the spike", Some(shown(spike.before_s, figure::time))),
            ("counts as recovered below", Some(shown(spike.band_s, figure::time))),
            ("recovered", Some(recovery)),
        ]),
    )
}
