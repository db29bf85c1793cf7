//! Generates random scenarios. Values are few, so that they often collide: a due date that a task had before or
//! that is now, a task that another user has just deleted.

use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::filter::{Filter, TaskOrder};
use leopard_core::domain::task::{Priority, Status};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::actor::Actor;
use super::operation::{
    AnnouncementContent, Edit, InboxOperation, Match, NewTask, NoteList, Operation, Place,
    TaskList, TaskOperation,
};

const HOUR: i64 = 60;
const DUE: [i64; 6] = [-10 * HOUR, 0, HOUR, 24 * HOUR, 25 * HOUR, 72 * HOUR];
const PASS: [i64; 6] = [0, 1, HOUR, 10 * HOUR, 24 * HOUR, 30 * HOUR];
const TITLES: [&str; 3] = ["Ring them", "RING", "Write"];
const SEARCHES: [&str; 3] = ["ring", "ring t", "nothing"];
const TAGS: [&str; 2] = ["red", "blue"];

/// Operations of several users; the first ones create tasks.
pub fn scenario() -> impl Strategy<Value = Vec<Operation>> {
    let create = (actor(), new_task().prop_map(TaskOperation::Create));
    let create = create.prop_map(|(by, what)| Operation::Tasks(by, what));
    (vec(create, 2..6), vec(operation(), 1..60)).prop_map(|(first, then)| [first, then].concat())
}

fn operation() -> impl Strategy<Value = Operation> {
    let tasks = (actor(), task_operation()).prop_map(|(by, what)| Operation::Tasks(by, what));
    let inbox = actor()
        .prop_flat_map(|by| inbox_operation(by).prop_map(move |what| Operation::Inbox(by, what)));
    // Mostly by staff: others may not.
    let sender = prop_oneof![3 => Just(Actor::Ana), 1 => actor()];
    let announce = (sender, content()).prop_map(|(by, content)| Operation::Announce(by, content));
    prop_oneof![
        20 => tasks,
        8 => inbox,
        1 => announce,
        1 => any::<bool>().prop_map(Operation::EveIsActive),
        3 => select(&PASS[..]).prop_map(Operation::Pass),
        4 => Just(Operation::DueScan),
    ]
}

fn task_operation() -> impl Strategy<Value = TaskOperation> {
    // Few, so that most operations meet on the same ones.
    let task = 0..6_usize;
    let edit = (task.clone(), edit(), version());
    // A few mentions; sometimes the maximum, and one more.
    let mentions = prop_oneof![
        12 => vec(user(), 0..4),
        1 => (user(), 20..=21_usize).prop_map(|(who, times)| vec![who; times]),
    ];
    prop_oneof![
        2 => new_task().prop_map(TaskOperation::Create),
        12 => edit.prop_map(|(task, edit, version)| TaskOperation::Edit(task, edit, version)),
        3 => (task.clone(), mentions).prop_map(|(task, who)| TaskOperation::Comment(task, who)),
        1 => (task.clone(), 1..16_usize).prop_map(|(task, times)| TaskOperation::Chat(task, times)),
        2 => (task.clone(), any::<u8>(), version()).prop_map(|(task, number, version)| {
            TaskOperation::DeleteComment(task, number.into(), version)
        }),
        1 => (task.clone(), page()).prop_map(|(task, page)| TaskOperation::Comments(task, page)),
        1 => (task.clone(), page()).prop_map(|(task, page)| TaskOperation::Readers(task, page)),
        2 => (task.clone(), user(), version()).prop_map(|(task, who, version)| {
            TaskOperation::RemoveReader(task, who, version)
        }),
        1 => (task.clone(), version()).prop_map(|(task, version)| TaskOperation::Delete(task, version)),
        1 => task.prop_map(TaskOperation::Read),
        3 => task_list().prop_map(TaskOperation::List),
        1 => Just(TaskOperation::Overdue),
        1 => (0..4_u32).prop_map(TaskOperation::DueSoon),
    ]
}

fn new_task() -> impl Strategy<Value = NewTask> {
    let words = (select(&TITLES[..]), priority(), of(tag()), of(client()));
    (words, due(), of(user()), weighted(0.1, user())).prop_map(
        |((title, priority, tag, client), due, to, assigner)| NewTask {
            title,
            priority,
            due,
            to,
            assigner,
            tag,
            client,
        },
    )
}

/// A status, a new assignee, or any members.
fn edit() -> impl Strategy<Value = Edit> {
    let action = select(Status::ALL.to_vec())
        .prop_map(|status| Edit { status: Some(status), ..Edit::default() });
    let assign = of(user()).prop_map(|to| Edit { to: Some(to), ..Edit::default() });
    let words = (of(select(&TITLES[..])), of(priority()));
    let links = (weighted(0.1, of(tag())), weighted(0.1, of(client())));
    let people = (weighted(0.3, of(user())), weighted(0.2, user()));
    let status = weighted(0.3, select(Status::ALL.to_vec()));
    let all = (words, links, people, of(due()), status).prop_map(
        |((title, priority), (tag, client), (to, assigner), due, status)| Edit {
            title,
            priority,
            due,
            status,
            to,
            assigner,
            tag,
            client,
        },
    );
    prop_oneof![4 => action, 2 => assign, 3 => all]
}

fn task_list() -> impl Strategy<Value = TaskList> {
    let filters = (
        weighted(0.3, filter(select(Status::ALL.to_vec()))),
        weighted(0.3, filter(priority())),
        prop_oneof![2 => Just(true), 1 => Just(false)],
    );
    let links =
        (weighted(0.2, tag()), weighted(0.2, client()), weighted(0.2, select(&SEARCHES[..])));
    (any::<bool>(), filters, links, select(TaskOrder::ALL.to_vec()), page()).prop_map(
        |(all_tasks, (status, priority, include_overdue), links, order, (page, size))| TaskList {
            all_tasks,
            status: status.unwrap_or_default(),
            priority: priority.unwrap_or_default(),
            include_overdue,
            tag: links.0,
            client: links.1,
            search: links.2,
            order,
            page,
            size,
        },
    )
}

fn inbox_operation(by: Actor) -> impl Strategy<Value = InboxOperation> {
    let own = any::<u8>().prop_map(move |number| Place { of: by, number: number.into() });
    let anyones = (select(&Actor::KNOWN[..]), any::<u8>())
        .prop_map(|(of, number)| Place { of, number: number.into() });
    let place = prop_oneof![6 => own, 1 => anyones];
    let edit = (place.clone(), of(any::<bool>()), of(any::<bool>()))
        .prop_map(|(place, read, is_completed)| InboxOperation::Edit { place, read, is_completed });
    prop_oneof![
        1 => place.clone().prop_map(InboxOperation::Read),
        2 => place.clone().prop_map(InboxOperation::MarkRead),
        2 => vec(place.clone(), 0..6).prop_map(InboxOperation::MarkManyRead),
        1 => Just(InboxOperation::MarkAllRead),
        4 => edit,
        2 => place.prop_map(InboxOperation::Delete),
        3 => note_list().prop_map(InboxOperation::List),
        1 => Just(InboxOperation::Overdue),
        1 => Just(InboxOperation::UnreadCount),
    ]
}

fn note_list() -> impl Strategy<Value = NoteList> {
    let kind = weighted(0.3, select(NotificationType::ALL.to_vec()));
    (any::<bool>(), kind, weighted(0.3, 0..6_i64), page()).prop_map(
        |(include_read, kind, after, (page, size))| NoteList {
            include_read,
            kind,
            after,
            page,
            size,
        },
    )
}

fn content() -> impl Strategy<Value = AnnouncementContent> {
    let kinds = vec![NotificationType::ClientAssigned, NotificationType::SystemAlert];
    (select(kinds), of(Just("Maintenance")), of(due()), vec(user(), 1..4))
        .prop_map(|(kind, title, due, to)| AnnouncementContent { kind, title, due, to })
}

fn actor() -> impl Strategy<Value = Actor> {
    select(&Actor::ACTING[..])
}

fn user() -> impl Strategy<Value = Actor> + Clone {
    prop_oneof![12 => select(&Actor::ACTING[..]), 3 => Just(Actor::Eve), 1 => Just(Actor::Stranger)]
}

fn version() -> impl Strategy<Value = Match> + Clone {
    prop_oneof![8 => Just(Match::Absent), 1 => Just(Match::Current), 1 => Just(Match::Outdated)]
}

fn filter<T: Clone + std::fmt::Debug>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Filter<T>> {
    prop_oneof![6 => value.prop_map(Filter::Only), 1 => Just(Filter::Unknown)]
}

/// A page number and size.
fn page() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![3 => Just((1, 100)), 1 => (1..4_usize, 1..4_usize)]
}

fn due() -> impl Strategy<Value = i64> {
    select(&DUE[..])
}

fn priority() -> impl Strategy<Value = Priority> {
    select(Priority::ALL.to_vec())
}

fn tag() -> impl Strategy<Value = &'static str> {
    select(&TAGS[..])
}

fn client() -> impl Strategy<Value = i64> {
    1..3_i64
}
