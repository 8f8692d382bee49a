//! How much is sent, and by what it is judged: settings and thresholds in the words of the attribute. The main type is
//! [`LoadSpec`].

mod spec;

pub(crate) use spec::LoadSpec;
