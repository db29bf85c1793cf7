//! Brokers with servers that the tests control, and the cases that need one: outages, and the commands that Redis
//! receives.

mod backends;
mod broker;
pub mod economy;
pub mod outages;

pub use broker::ServerBroker;

/// Generates a test per case of outages, in a module of this name; the path starts the broker.
#[macro_export]
macro_rules! broker_outages {
    ($name:ident, $start:path) => {
        mod $name {
            leopard_testkit::conformance_cases! {
                leopard_tests::conformance::brokers::outages; (&mut $start().await); outages
                stopped_broker_is_reported_and_found_again
                killed_broker_is_found_again
                frozen_broker_is_reported_and_found_again
                cut_connections_are_replaced
                broker_that_is_away_at_the_start_is_found_later
                publishing_does_not_wait_during_an_outage
                streams_are_complete_and_in_order_during_outages
            }
        }
    };
}
