//! The configuration file. The main function is [`arguments_of`].

mod file;
mod arguments;

pub(crate) use arguments::arguments_of;
