//! The histogram behind a summary of times, and whether run records carry it.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::encoded::{decode, encode};
use super::histogram::Histogram;

/// The histogram behind a summary of times. Shared, because summaries are copied.
#[derive(Debug, Clone, Default)]
pub enum Distribution {
    /// None is known: there are no times, or they were read from a record without a histogram.
    #[default]
    Unknown,
    /// A run record carries it.
    Recorded(Arc<Histogram>),
    /// Not in run records: it is that of the response times, or one of many that few readers need.
    Unrecorded(Arc<Histogram>),
}

impl Distribution {
    /// The histogram, if it is known.
    pub(super) fn histogram(&self) -> Option<&Histogram> {
        match self {
            Distribution::Unknown => None,
            Distribution::Recorded(histogram) | Distribution::Unrecorded(histogram) => Some(histogram),
        }
    }

    /// The same, but not in run records.
    pub(super) fn unrecorded(self) -> Distribution {
        match self {
            Distribution::Recorded(histogram) => Distribution::Unrecorded(histogram),
            other => other,
        }
    }
}

impl Serialize for Distribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Distribution::Recorded(histogram) => encode(histogram).serialize(serializer),
            Distribution::Unknown | Distribution::Unrecorded(_) => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Distribution, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        let Some(text) = text else { return Ok(Distribution::Unknown) };
        Ok(Distribution::Recorded(Arc::new(decode(&text).map_err(D::Error::custom)?)))
    }
}
