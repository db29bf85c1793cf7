//! Random scenarios: every store returns what the memory store returns.

use std::cell::Cell;

use leopard_testkit::Backend;
use leopard_tests::conformance;
use leopard_tests::scenario::compare;
use leopard_tests::scenario::generate::scenario;
use leopard_tests::scenario::services::core_over;
use leopard_tests::support::{Seed, switches};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use tokio::runtime::Runtime;

const SCENARIOS: u32 = 150;
/// How many times as many run with `--long`.
const LONG: u32 = 20;

fn run(open: impl Future<Output = Backend>) {
    let runtime = Runtime::new().expect("a runtime");
    let reference = core_over(Backend::memory());
    let tested = core_over(runtime.block_on(open));
    let seed = Seed::new("integration databases::scenarios");
    let mut runner = TestRunner::new(Config {
        cases: SCENARIOS * if switches::is_long() { LONG } else { 1 },
        rng_seed: RngSeed::Fixed(seed.rng(0).number()),
        // The seed repeats it.
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    });
    let number = Cell::new(0);
    let outcome = runner.run(&scenario(), |operations| {
        number.set(number.get() + 1);
        let compared = compare(&reference, &tested, number.get(), &operations);
        runtime.block_on(compared).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, operations)) => panic!("{why}\nshrunk to {operations:#?}"),
        Err(aborted) => panic!("{aborted}"),
    }
}

#[test]
fn random_scenario_on_sqlite_matches_memory() {
    run(conformance::sqlite());
}

#[test]
fn random_scenario_on_postgres_matches_memory() {
    run(conformance::postgres());
}
