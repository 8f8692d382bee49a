//! `proofload preset URL --profile smoke`: what a server can take, in one command. The main type is [`PresetArguments`].
//!
//! A batch is two runs of this program, each in a process of its own: a closed sweep, and open loads at shares of the best throughput
//! that the sweep found. `plan` says what is offered, `part` makes tests of it, `batch` runs both and reports what was measured.

mod profile;
mod plan;
mod part;
mod part_process;
mod rows;
mod table;
mod finding;
mod closing;
mod batch;
mod arguments;
#[cfg(test)]
mod samples;

pub(crate) use arguments::PresetArguments;
