//! The conformance suite over every broker, and what only some of them have.

use leopard_testkit::{broker_conformance, conformance_cases};
use leopard_tests::broker_outages;

broker_conformance!(local, leopard_tests::conformance::brokers::ServerBroker::local);
broker_conformance!(redis, leopard_tests::conformance::brokers::ServerBroker::redis);
broker_conformance!(postgres, leopard_tests::conformance::brokers::ServerBroker::postgres);

mod away {
    use super::broker_outages;

    broker_outages!(redis, leopard_tests::conformance::brokers::ServerBroker::redis);
    broker_outages!(postgres, leopard_tests::conformance::brokers::ServerBroker::own_postgres);
}

conformance_cases! {
    leopard_tests::conformance::brokers::economy;
    (&leopard_tests::conformance::brokers::ServerBroker::redis().await); redis_commands
    users_with_streams_have_one_channel_each
    thousands_of_users_join_by_few_commands
    fast_updates_merge_into_few_commands
}
