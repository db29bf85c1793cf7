//! Tests that measure time, processor time or memory, or that load the whole machine.
//!
//! They are a binary of their own, since Cargo runs test binaries one after the other, and each takes
//! [`alone`](leopard_tests::support::alone) first: so no other test runs beside one of them.

mod chaos;
mod cli_under_load;
mod cost_ceiling;
mod fairness;
mod fuzz_long_inputs;
mod group_commit;
mod large_bodies;
mod large_responses;
mod many_streams;
mod memory_limit;
mod rolling_restart;
mod search;
mod slow_reader;
