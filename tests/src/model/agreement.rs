//! Whether a house and the model agree on a story.

use std::fmt::Debug;

use leopard_core::domain::notification::ReadStatus;
use leopard_core::domain::task::filter::{Filter, TaskOrder};

use super::answer::Note;
use super::house::House;
use super::operation::{Operation, TaskList, TaskOperation};
use super::people::Who;
use super::story::Story;
use super::world::{Verdict, World};

/// What they do not agree on, in words.
pub type Disagreement = String;

/// Plays the story in both; `number` tells it from all others in this house.
pub async fn agree(
    house: &House,
    number: u64,
    operations: &[Operation],
) -> Result<(), Disagreement> {
    let mut world = World::begin();
    let mut story = Story::begin(house, number).await;
    for (step, operation) in operations.iter().enumerate() {
        let of = |what: &str| format!("step {step}, {operation:?}: {what}");
        agree_on(&mut world, &mut story, operation, &of("the answer")).await?;
        agree_on_mail(&mut world, &mut story, &of("the mailbox")).await?;
    }
    agree_in_the_end(&mut world, &mut story).await
}

async fn agree_on(
    world: &mut World,
    story: &mut Story<'_>,
    operation: &Operation,
    what: &str,
) -> Result<(), Disagreement> {
    let right: Verdict = world.perform(operation);
    match (right, story.perform(operation).await) {
        (Err(right), Err(given)) if right.contains(&given) => Ok(()),
        (Ok(right), Ok(given)) => same(what, &right, &given),
        (right, given) => Err(differ(what, &right, &given)),
    }
}

/// The numbers of all mailboxes, and what was just told.
async fn agree_on_mail(
    world: &mut World,
    story: &mut Story<'_>,
    what: &str,
) -> Result<(), Disagreement> {
    for (who, given) in Who::KNOWN.into_iter().zip(story.numbers().await) {
        let what = format!("{what} of {who:?}");
        same(&what, &world.mail(who).numbers(), &given)?;
        let known = story.known(who);
        if given.head == known {
            continue;
        }
        let newest = story.newest(who).await;
        let sequences: Vec<i64> = newest.iter().map(|(sequence, _)| *sequence).collect();
        same(&what, &(known + 1..=given.head).collect(), &sequences)?;
        let newest: Vec<Note> = newest.into_iter().filter_map(|(_, note)| note).collect();
        if !world.settle(who, &newest) {
            let right = &world.mail(who).notes;
            return Err(differ(&what, right, &newest));
        }
    }
    Ok(())
}

/// Everything that anybody can see.
async fn agree_in_the_end(world: &mut World, story: &mut Story<'_>) -> Result<(), Disagreement> {
    for who in Who::KNOWN {
        let what = format!("in the end, the log of {who:?}");
        let log = (1..).zip(world.mail(who).notes.clone()).collect();
        same(&what, &log, &story.log(who).await)?;
        let what = format!("in the end, what became of the notifications of {who:?}");
        same(&what, &statuses(world, who), &story.statuses(who).await)?;
    }
    for who in Who::ACTORS {
        let all = (1, 100);
        let reads = (0..world.tasks_so_far()).flat_map(|task| {
            [
                TaskOperation::Read(task),
                TaskOperation::Comments(task, all),
                TaskOperation::Readers(task, all),
            ]
        });
        let lists = [false, true].map(|all| TaskOperation::List(everything(all)));
        for operation in reads.chain(lists) {
            let operation = Operation::Tasks(who, operation);
            let what = format!("in the end, {operation:?}");
            agree_on(world, story, &operation, &what).await?;
        }
    }
    Ok(())
}

fn everything(all_tasks: bool) -> TaskList {
    TaskList {
        all_tasks,
        status: Filter::Any,
        priority: Filter::Any,
        include_overdue: true,
        tag: None,
        client: None,
        search: None,
        order: TaskOrder::default(),
        page: 1,
        size: 100,
    }
}

/// What became of the notifications, in the order of the states.
fn statuses(world: &World, who: Who) -> Vec<(i64, i64, ReadStatus)> {
    let mail = world.mail(who);
    let places = (1..).zip(mail.notes.iter().zip(&mail.states));
    let changed = places.filter(|(_, (_, state))| **state > 0);
    let mut statuses: Vec<_> = changed
        .map(|(sequence, (note, state))| {
            let status = match note {
                None => ReadStatus::Deleted,
                Some(note) if note.read_at.is_some() => ReadStatus::Read,
                Some(_) => ReadStatus::Unread,
            };
            (*state, sequence, status)
        })
        .collect();
    statuses.sort_by_key(|(state, sequence, _)| (*state, *sequence));
    statuses
}

fn same<T: Debug + PartialEq>(what: &str, right: &T, given: &T) -> Result<(), Disagreement> {
    if right == given {
        Ok(())
    } else {
        Err(differ(what, right, given))
    }
}

fn differ(what: &str, right: &impl Debug, given: &impl Debug) -> Disagreement {
    format!("{what}\n  should be {right:?}\n  and is    {given:?}")
}
