//! Generates random scenarios. Values are few, so that they often collide: a due date that a task had before or
//! that is now, a task that another user has just deleted.

use chrono::{DateTime, Utc};
use leopard_core::domain::notification::announcement::AnnouncementContent;
use leopard_core::domain::notification::{
    NotificationEdit, NotificationType, NotificationUrl, OpaqueObject,
};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::filter::{DueFilter, Filter, SearchText, TaskFilter, TaskOrder};
use leopard_core::domain::task::{LinkedEntity, Priority, Status, Tags, TaskEdit};
use leopard_core::service::notifications::InboxFilter;
use leopard_core::service::tasks::{CreateTask, ListTasks};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::actor::Actor;
use super::operation::{InboxOperation, Match, NamedBy, Operation, Place, TaskOperation};
use super::services::moment;
use crate::fixtures::text;

/// The type of the entities that tasks are linked to.
const CLIENT: &str = "client";
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
    let named_by = select(vec![NamedBy::AssignedTo, NamedBy::Id, NamedBy::Username]);
    let announce = (sender, content(), vec((user(), named_by), 1..4))
        .prop_map(|(by, content, to)| Operation::Announce(by, content, to));
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

fn new_task() -> impl Strategy<Value = CreateTask> {
    let words = (select(&TITLES[..]), detail(), priority(), of(tag()), of(client()));
    (words, weighted(0.8, due()), of(user()), weighted(0.1, user())).prop_map(
        |((title, detail, priority, tag, client), due_date, to, assigner)| CreateTask {
            title: text(title),
            detail: text(detail),
            due_date,
            priority,
            assigned_to: to.map(Actor::placeholder),
            assigned_by: assigner.map(Actor::placeholder),
            tags: tags(tag),
            linked_entity: client.map(|id| LinkedEntity { kind: CLIENT.to_owned(), id }),
        },
    )
}

/// A status, a new assignee, or any members.
fn edit() -> impl Strategy<Value = TaskEdit> {
    let action = select(Status::ALL.to_vec()).prop_map(TaskEdit::to_status);
    let assignee = || of(user()).prop_map(|to| Patch::from(to.map(Actor::placeholder)));
    let assign = assignee().prop_map(|assigned_to| TaskEdit { assigned_to, ..TaskEdit::default() });
    let words = (of(select(&TITLES[..])), weighted(0.2, detail()), of(priority()));
    let links = (weighted(0.1, of(tag())), weighted(0.1, of(client())));
    let people = (weighted(0.3, assignee()), weighted(0.2, user()));
    let status = weighted(0.3, select(Status::ALL.to_vec()));
    let date = of(weighted(0.7, due()).prop_map(Patch::from));
    let all = (words, links, people, date, status).prop_map(
        |((title, detail, priority), (tag, client), (to, assigner), due_date, status)| TaskEdit {
            title: title.map(text),
            detail: detail.map(text),
            due_date: due_date.unwrap_or_default(),
            priority,
            status,
            assigned_to: to.unwrap_or_default(),
            assigned_by: assigner.map(Actor::placeholder),
            tags: tag.map(tags),
            linked_kind: client.map_or(Patch::Keep, |it| it.map(|_| text(CLIENT)).into()),
            linked_id: client.map_or(Patch::Keep, Patch::from),
        },
    );
    prop_oneof![4 => action, 2 => assign, 3 => all]
}

fn task_list() -> impl Strategy<Value = ListTasks> {
    let filters = (
        weighted(0.3, filter(select(Status::ALL.to_vec()))),
        weighted(0.3, filter(priority())),
        prop_oneof![2 => Just(DueFilter::Any), 1 => Just(DueFilter::NotOverdue(moment(0)))],
        weighted(0.2, filter(of(user().prop_map(Actor::placeholder)))),
    );
    let times = (weighted(0.2, due()), weighted(0.2, due()), weighted(0.2, due()));
    let links =
        (weighted(0.2, tag()), weighted(0.2, client()), weighted(0.2, select(&SEARCHES[..])));
    let filter = (filters, times, links).prop_map(|(filters, (after, before, since), links)| {
        let (status, priority, due, assigned_to) = filters;
        let (tag, client, search) = links;
        TaskFilter {
            status: status.unwrap_or_default(),
            priority: priority.unwrap_or_default(),
            due,
            assigned_to: assigned_to.unwrap_or_default(),
            due_after: after,
            due_before: before,
            updated_since: since,
            tag: tag.map(str::to_owned),
            linked_kind: client.map(|_| CLIENT.to_owned()),
            linked_id: client,
            search: search.and_then(|text| SearchText::new(text).expect("a short text")),
            ..TaskFilter::default()
        }
    });
    (any::<bool>(), filter, select(TaskOrder::ALL.to_vec()), page())
        .prop_map(|(all_tasks, filter, order, page)| ListTasks { all_tasks, filter, order, page })
}

fn inbox_operation(by: Actor) -> impl Strategy<Value = InboxOperation> {
    let own = any::<u8>().prop_map(move |number| Place { of: by, number: number.into() });
    let anyones = (select(&Actor::KNOWN[..]), any::<u8>())
        .prop_map(|(of, number)| Place { of, number: number.into() });
    let place = prop_oneof![6 => own, 1 => anyones];
    let edit = (of(any::<bool>()), of(any::<bool>()))
        .prop_map(|(read, is_completed)| NotificationEdit { read, is_completed });
    let edit = (place.clone(), edit).prop_map(|(place, edit)| InboxOperation::Edit(place, edit));
    let kind = weighted(0.3, select(NotificationType::BUILT_IN.to_vec()));
    let filter = (any::<bool>(), kind, weighted(0.3, 0..6_i64))
        .prop_map(|(include_read, kind, after)| InboxFilter { include_read, kind, after });
    let list = (filter, page()).prop_map(|(filter, page)| InboxOperation::List(filter, page));
    prop_oneof![
        1 => place.clone().prop_map(InboxOperation::Read),
        2 => place.clone().prop_map(InboxOperation::MarkRead),
        2 => vec(place.clone(), 0..6).prop_map(InboxOperation::MarkManyRead),
        1 => Just(InboxOperation::MarkAllRead),
        4 => edit,
        2 => place.prop_map(InboxOperation::Delete),
        3 => list,
        1 => Just(InboxOperation::Overdue),
        1 => Just(InboxOperation::UnreadCount),
    ]
}

fn content() -> impl Strategy<Value = AnnouncementContent> {
    let kinds = vec![NotificationType::CLIENT_ASSIGNED, NotificationType::SYSTEM_ALERT];
    let urls = ["/clients/7/", "https://example.org/?a=\u{65e5}"];
    (select(kinds), of(Just("Maintenance")), of(select(urls.to_vec())), of(due())).prop_map(
        |(kind, title, url, due_date)| AnnouncementContent {
            kind,
            title: title.map(text),
            message: None,
            url: url.map(|url| NotificationUrl::new(url.to_owned()).expect("a URL")),
            due_date,
            meta_info: OpaqueObject::default(),
        },
    )
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
    vec(value, 0..3).prop_map(Filter::OneOf)
}

fn page() -> impl Strategy<Value = PageRequest> + Clone {
    prop_oneof![3 => Just((1, 100)), 1 => (1..4_u64, 1..4_u64)]
        .prop_map(|(number, size)| PageRequest::new(number, size).expect("a page"))
}

fn due() -> impl Strategy<Value = DateTime<Utc>> {
    select(&DUE[..]).prop_map(moment)
}

/// A description; it may be empty.
fn detail() -> impl Strategy<Value = &'static str> {
    select(&["Detail.", ""][..])
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

fn tags(tag: Option<&str>) -> Tags {
    Tags::new(tag.into_iter().map(str::to_owned).collect()).expect("a tag")
}
