//! Slices travel settled: each with all that was counted in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::slice_tally::SliceTally;
use crate::measure::slices::Slices;

#[derive(Serialize, Deserialize)]
#[serde(rename = "Slices")]
struct SentSlices<'s> {
    width_ns: u64,
    grows: bool,
    slices: Cow<'s, BTreeMap<u64, SliceTally>>,
}

impl Slices {
    fn is_settled(&self) -> bool {
        self.pending.is_empty() && self.starts_before.is_empty() && self.current.is_empty()
    }
}

impl Serialize for Slices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent = |slices: &Slices, serializer| {
            let Slices { width_ns, grows, ref slices, .. } = *slices;
            SentSlices { width_ns, grows, slices: Cow::Borrowed(slices) }.serialize(serializer)
        };
        if self.is_settled() {
            return sent(self, serializer);
        }
        let mut settled = self.clone();
        // Only the slices themselves are handed over to whom they show.
        settled.handover = None;
        settled.settle();
        sent(&settled, serializer)
    }
}

impl<'de> Deserialize<'de> for Slices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Slices, D::Error> {
        let SentSlices { width_ns, grows, slices } = SentSlices::deserialize(deserializer)?;
        if width_ns == 0 {
            return Err(D::Error::custom("slices have no length"));
        }
        let mut received = Slices::default();
        (received.width_ns, received.grows, received.slices) = (width_ns, grows, slices.into_owned());
        Ok(received)
    }
}
