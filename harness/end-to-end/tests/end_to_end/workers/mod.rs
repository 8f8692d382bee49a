//! Several processes offer the load, and one of them, or what connects them, fails: no such run ends in a pass.

pub(crate) mod cut_off;
pub(crate) mod ended;
pub(crate) mod lost;
mod own_broker;
pub(crate) mod refused;
pub(crate) mod secured;
pub(crate) mod series;
mod shared_run;
