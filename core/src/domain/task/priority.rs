//! How urgent a task is.

use crate::domain::named_enum::named_enum;

named_enum! {
    /// The priority of a task, in ascending order.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Priority {
        /// Below normal.
        Low = "LOW", "Low";
        /// The default.
        #[default]
        Medium = "MEDIUM", "Medium";
        /// Above normal.
        High = "HIGH", "High";
        /// Before all others.
        Urgent = "URGENT", "Urgent";
    }
}
