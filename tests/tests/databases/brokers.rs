//! Every broker against the one suite: a line a broker.

use leopard_tests::{broker_conformance, broker_economy, broker_outages};

broker_conformance!(local, leopard_tests::conformance::brokers::Broker::local);
broker_conformance!(redis, leopard_tests::conformance::brokers::Broker::redis);
broker_conformance!(postgres, leopard_tests::conformance::brokers::Broker::postgres);

mod away {
    use super::broker_outages;

    broker_outages!(redis, leopard_tests::conformance::brokers::Broker::redis);
    broker_outages!(postgres, leopard_tests::conformance::brokers::Broker::postgres_that_stops);
}

mod asked {
    use super::broker_economy;

    broker_economy!(redis, leopard_tests::conformance::brokers::Broker::redis);
}
