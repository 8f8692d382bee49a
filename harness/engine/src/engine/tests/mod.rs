//! The engine on a fake scenario, in paused time: counts and times are exact, and a minute takes a millisecond.

mod arms;
mod boundaries;
mod classes;
mod closed;
mod driven;
mod driven_rate;
mod each_request;
mod ending;
mod fake;
mod faults;
mod held;
mod hidden_faults;
mod listed;
mod open;
mod paced;
mod partition;
mod parts;
mod parts_apart;
mod support;
mod thinking;
mod threads;
mod used_up;
#[cfg(feature = "cluster")]
mod workers;
