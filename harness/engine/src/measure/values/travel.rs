//! Recorded values travel with their buckets that hold something; what the whole run records under does not.

use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::buckets::{ValueBucket, ValueBuckets, bucket_of};
use super::limit::ValueLimit;
use super::names::NamedValue;
use super::recorded::RecordedValues;
use super::tally::ValueTally;
use crate::text::OTHER;

impl Serialize for ValueBuckets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.filled().collect::<Vec<_>>().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ValueBuckets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ValueBuckets, D::Error> {
        let mut buckets = ValueBuckets::default();
        for bucket in Vec::<ValueBucket>::deserialize(deserializer)? {
            if !bucket.least.is_finite() {
                return Err(D::Error::custom("a value is not finite"));
            }
            // The least number of a bucket says which it is.
            buckets.add_to(bucket_of(bucket.least), bucket);
        }
        Ok(buckets)
    }
}

impl Serialize for RecordedValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.values, &*self.limits).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RecordedValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RecordedValues, D::Error> {
        let (values, limits) = <(Vec<(NamedValue, ValueTally)>, Box<[ValueLimit]>)>::deserialize(deserializer)?;
        let names = values.iter().map(|(value, _)| Arc::clone(&value.name)).zip(0..);
        let indices = names.filter(|(name, _)| **name != *OTHER).collect();
        let mut recorded = RecordedValues::default();
        (recorded.values, recorded.indices, recorded.limits) = (values, indices, limits.into());
        Ok(recorded)
    }
}
