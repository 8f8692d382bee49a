//! The commands that offer load, each run as a person runs it: what they send, what they print, how they end.

mod program;
mod exit_codes;
mod printed;
mod options;
mod configuration;
mod served;
mod workers;
