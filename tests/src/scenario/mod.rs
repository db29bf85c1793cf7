//! Random scenarios: several users act on two stores, and both must return the same. The memory store is
//! the reference: it has no transactions, no SQL and no rules of its own.

mod actor;
mod comments;
pub mod generate;
mod ids;
mod inbox;
pub mod operation;
mod run;
pub mod services;
mod tasks;

use leopard_core::domain::page::PageRequest;
use leopard_testkit::TestCore;

use actor::Actor;
use operation::{Operation, TaskOperation};
use run::Scenario;
use tasks::all_tasks;

/// Runs the operations on both stores and compares all results; `number` is unique per pair of stores.
///
/// # Errors
///
/// Where the stores differ first.
pub async fn compare(
    reference: &TestCore,
    tested: &TestCore,
    number: u64,
    operations: &[Operation],
) -> Result<(), String> {
    let mut reference = Scenario::begin(reference, number).await;
    let mut tested = Scenario::begin(tested, number).await;
    let reads = final_reads(operations);
    for (step, operation) in operations.iter().chain(&reads).enumerate() {
        let expected = reference.perform(operation.clone()).await;
        let actual = tested.perform(operation.clone()).await;
        same(&format!("step {step}, {operation:?}"), &expected, &actual)?;
    }
    let (expected, actual) = (reference.mailboxes().await, tested.mailboxes().await);
    same("the mailboxes at the end", &expected, &actual)
}

fn same(what: &str, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    Err(format!("{what}\n  expected {expected}\n  actual   {actual}"))
}

/// Reads every task with its comments and readers, and both lists, as each actor.
fn final_reads(operations: &[Operation]) -> Vec<Operation> {
    let created = operations
        .iter()
        .filter(|operation| matches!(operation, Operation::Tasks(_, TaskOperation::Create(_))));
    let whole = PageRequest::first(PageRequest::MAX_SIZE);
    let tasks = (0..created.count()).flat_map(|task| {
        [
            TaskOperation::Read(task),
            TaskOperation::Comments(task, whole),
            TaskOperation::Readers(task, whole),
        ]
    });
    let lists = [false, true].map(|all| TaskOperation::List(all_tasks(all)));
    let reads: Vec<_> = tasks.chain(lists).collect();
    let by = |actor| reads.iter().map(move |read| Operation::Tasks(actor, read.clone()));
    Actor::ACTING.into_iter().flat_map(by).collect()
}
