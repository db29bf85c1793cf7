//! The conformance suite of brokers: what every broker must do, between nodes of one process. One file per subject,
//! one function per case.
//!
//! [`broker_conformance!`](crate::broker_conformance!) runs all cases over a broker.

mod broker;
pub mod losses;
mod lossy;
mod node;
mod subscriber;
pub mod updates;

pub use broker::Broker;
pub use node::{Node, hub, update};
pub use subscriber::Subscriber;

/// Generates a test per case, in a module of this name. The path, which starts with `crate::` or a crate, names an
/// async function that starts a [`Broker`](crate::conformance::brokers::Broker).
#[macro_export]
macro_rules! broker_conformance {
    ($name:ident, $start:path) => {
        mod $name {
            $crate::conformance_cases! {
                $crate::conformance::brokers::updates; (&$start().await); updates
                update_reaches_all_streams_of_the_user_on_all_nodes
                updates_merge_into_the_greatest_head_and_revision
                update_wakes_no_other_user
                returning_user_receives_updates_again
                thousands_of_users_join_at_once
                publishing_a_burst_does_not_wait
            }
            $crate::conformance_cases! {
                $crate::conformance::brokers::losses; (&$start().await); losses
                streams_are_complete_and_in_order_whatever_happens_to_updates
            }
        }
    };
}
