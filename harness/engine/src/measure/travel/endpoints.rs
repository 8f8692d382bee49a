//! Endpoints travel as their names, in order.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::endpoint::Endpoints;

impl Serialize for Endpoints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.names.iter().map(|name| &**name).collect::<Vec<_>>().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Endpoints {
    /// What the whole run counts under is not known here: such a table is to be taken in by another one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Endpoints, D::Error> {
        let names: Vec<Arc<str>> = Vec::<String>::deserialize(deserializer)?.into_iter().map(Arc::from).collect();
        let indices = names.iter().cloned().zip(0..).collect();
        let mut endpoints = Endpoints::default();
        (endpoints.names, endpoints.indices) = (names, indices);
        Ok(endpoints)
    }
}
