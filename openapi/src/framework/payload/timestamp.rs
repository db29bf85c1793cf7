use std::fmt;

use chrono::{DateTime, Timelike, Utc};
use poem_openapi::registry::MetaSchema;

use super::inline;
use crate::framework::described;

/// A time as it is written: RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timestamp(String);

impl Timestamp {
    /// With microseconds where there are any.
    pub(crate) fn of(at: DateTime<Utc>) -> Self {
        if at.nanosecond() / 1_000 == 0 {
            Self(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        } else {
            Self::exact(at)
        }
    }

    pub(crate) fn exact(at: DateTime<Utc>) -> Self {
        Self(at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

described! {
    Timestamp, "Timestamp",
    inline(MetaSchema::new_with_format("string", "date-time")),
    json |at| at.0.clone(),
}
