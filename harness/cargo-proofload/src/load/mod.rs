//! How much is sent, and by what it is judged: settings and thresholds in the words of the attribute. The main type is
//! [`LoadSpec`].

mod spec;
mod setting_flags;

pub(crate) use setting_flags::{LoadCommand, SettingFlags};
pub(crate) use spec::LoadSpec;
