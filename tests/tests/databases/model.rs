//! Whatever several people do, every store answers what the rules say.

use std::cell::Cell;
use std::fmt::Write as _;

use leopard_tests::conformance::Backend;
use leopard_tests::model::agreement::agree;
use leopard_tests::model::generate::story;
use leopard_tests::model::house::House;
use leopard_tests::model::operation::Operation;
use leopard_tests::support::chance::Seed;
use leopard_tests::support::switches;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use tokio::runtime::Runtime;

/// How many times as many stories are played where the tests may take long.
const LONG: u32 = 20;

fn play(stories: u32, open: impl Future<Output = Backend>) {
    let runtime = Runtime::new().expect("a runtime");
    let house = House::over(runtime.block_on(open));
    let seed = Seed::new("databases::model");
    let mut runner = TestRunner::new(Config {
        cases: if switches::is_long() {
            stories * LONG
        } else {
            stories
        },
        rng_seed: RngSeed::Fixed(seed.chance(0).number()),
        // The seed repeats it.
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    });
    let number = Cell::new(0);
    let outcome = runner.run(&story(), |operations| {
        number.set(number.get() + 1);
        let agreed = runtime.block_on(agree(&house, number.get(), &operations));
        agreed.map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, operations)) => panic!("{why}\n{}", told(&operations)),
        Err(aborted) => panic!("{aborted}"),
    }
}

/// The shortest story that was found to go wrong.
fn told(operations: &[Operation]) -> String {
    let mut told = String::from("The story:");
    for (step, operation) in operations.iter().enumerate() {
        write!(told, "\n{step:>3} {operation:?}").expect("a text takes all of it");
    }
    told
}

#[test]
fn whatever_people_do_the_memory_answers_what_the_rules_say() {
    play(1_500, Backend::memory());
}

#[test]
fn whatever_people_do_sqlite_answers_what_the_rules_say() {
    play(150, Backend::sqlite());
}

#[test]
fn whatever_people_do_postgres_answers_what_the_rules_say() {
    play(150, Backend::postgres());
}
