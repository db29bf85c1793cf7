//! What is asked of the schema on every SQL database.

use std::sync::Arc;

use crate::commit::Commit;
use chrono::TimeDelta;
use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::account::{NewUser, Profile, SearchTerms};
use leopard_core::domain::change::{TaskChange, TaskWrite, UserChange};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::mention::Mention;
use leopard_core::domain::task::{DueScan, MentionEffect, NewComment, NewTask, Status, TaskEdit};
use leopard_core::domain::text::Text;
use leopard_core::port::{TaskRepository, UserQuery, UserRepository};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};
use tokio::task::JoinSet;

use super::backend::open;
use super::sample::{all_users, at, making, new_task, new_user};

/// Many open a new database at the same time; all of them find a schema, one makes the first user.
pub(super) async fn begin_at_once(url: &str) {
    let url: Arc<str> = url.into();
    let mut beginners = JoinSet::new();
    for number in 0..8 {
        let url = url.clone();
        beginners.spawn(async move {
            let store = open(&url).await;
            let first = UserChange::CreateFirst(new_user(&format!("first{number}")));
            Commit::store(&store, first).await
        });
    }
    let answers = beginners.join_all().await;
    let made = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(made, 1, "{answers:?}");
    let others = answers.iter().filter_map(|answer| answer.as_ref().err());
    let refused = others.filter(|failure| **failure == Failure::Conflict);
    assert_eq!(refused.count(), 7, "{answers:?}");
}

/// The schema goes down and up again, step by step.
pub(super) async fn go_down_and_up(url: &str) {
    let store = open(url).await;
    let all = applied(&store).await;
    for left in (0..all).rev() {
        leopard_migration::down(store.schema_connection(), Some(1)).await.expect("a step down");
        assert_eq!(applied(&store).await, left);
    }
    leopard_migration::up(store.schema_connection()).await.expect("all up");
    assert_eq!(applied(&store).await, all);
    leopard_migration::down(store.schema_connection(), None).await.expect("all down");
    assert_eq!(applied(&store).await, 0);
    let missing = UserRepository::list(&store, all_users()).await;
    assert!(matches!(missing, Err(Failure::Internal(_))), "{missing:?}");
}

/// A table that is missing, whichever it is, is named by the check of the database.
pub(super) async fn miss_each_table(url: &str) {
    let store = open(url).await;
    store.check().await.expect("nothing is missing");
    let database = store.schema_connection();
    let names = match database.get_database_backend() {
        DatabaseBackend::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let names = Statement::from_string(database.get_database_backend(), names);
    let rows = database.query_all_raw(names).await.expect("tables");
    let names = rows.iter().map(|row| row.try_get_by_index(0));
    let names: Vec<String> = names.collect::<Result<_, _>>().expect("names");
    // Of the steps themselves only commands know.
    for name in names.iter().filter(|name| *name != "seaql_migrations") {
        let rename = async |from: &str, to: &str| {
            let statement = format!("ALTER TABLE {from} RENAME TO {to}");
            let renamed = database.execute_unprepared(&statement).await;
            renamed.unwrap_or_else(|error| panic!("{statement}: {error}"));
        };
        rename(name, "gone").await;
        match store.check().await {
            Err(Failure::Internal(text)) => assert!(text.contains(name.as_str()), "{name}: {text}"),
            other => panic!("{name} is not missed: {other:?}"),
        }
        rename("gone", name).await;
    }
    store.check().await.expect("nothing is missing");
}

/// Users who were there before their words were written down are found as those who came later.
pub(super) async fn find_old_users(url: &str) {
    let store = open(url).await;
    let names = [("anna.hill", "Weiß"), ("bob", "O'Neill Ångström"), ("zoë", "")];
    for (username, last_name) in names {
        let profile = Profile::new(String::new(), "An-Na".to_owned(), last_name.to_owned());
        let new = NewUser { profile: profile.expect("a profile"), ..new_user(username) };
        let made = Commit::store(&store, making(new)).await;
        let shut_out = UserChange::Deactivate(made.expect("a user").id);
        if username == "zoë" {
            let changed = Commit::store(&store, shut_out).await;
            changed.expect("a user");
        }
    }
    let found = find_all(&store).await;
    let in_vain = found.iter().filter(|(_, names)| names.is_empty());
    let in_vain: Vec<_> = in_vain.map(|(text, _)| text.as_str()).collect();
    assert_eq!(in_vain, ["zoë", "x", "x"]);
    let before_words = u32::try_from(applied(&store).await - 5).expect("few steps");
    leopard_migration::down(store.schema_connection(), Some(before_words))
        .await
        .expect("down to where there were none");
    leopard_migration::up(store.schema_connection()).await.expect("all up");
    assert_eq!(find_all(&store).await, found);
}

/// Who is found by each of these texts, with and without those who are shut out.
async fn find_all(store: &SqlStore) -> Vec<(String, Vec<String>)> {
    let mut found = vec![];
    for text in ["a", "an", "an-", "na", "hill", "o'n", "neill", "weiss", "ÅNG", "zoë", "x"] {
        for include_inactive in [false, true] {
            let query = UserQuery {
                search: SearchTerms::parse(text).expect("terms"),
                include_inactive,
                page: PageRequest::first(10),
            };
            let page = UserRepository::list(store, query).await.expect("a page");
            let names = page.items.iter().map(|user| user.username.clone());
            found.push((text.to_owned(), names.collect()));
        }
    }
    found
}

async fn applied(store: &SqlStore) -> usize {
    let status = leopard_migration::status(store.schema_connection()).await;
    let status = status.expect("the status");
    status.iter().filter(|step| step.1).count()
}

/// Tasks that were there before anybody was reminded wait for their date as those that came later:
/// what is closed waits for nothing, and what had passed by its last change is told to nobody.
pub(super) async fn remind_of_old_tasks(url: &str) {
    let store = open(url).await;
    let ana = Commit::store(&store, making(new_user("ana"))).await;
    let ana = ana.expect("a user").id;
    let [late, near, closed] = [at(50), at(200), at(200)].map(|due_date| NewTask {
        due_date,
        assigned_to: Some(ana),
        created_at: at(100),
        ..new_task(ana, "Old")
    });
    let mut made = Vec::new();
    for insert in [late, near, closed] {
        let change = TaskChange::insert(insert, vec![]);
        let stored = Commit::store(&store, change).await;
        made.push(stored.expect("a task").task);
    }
    let completed = TaskEdit::to_status(Status::Completed);
    let completed = completed.apply(&made[2], at(100)).expect("a change");
    let close = TaskChange { write: TaskWrite::Update(Box::new(completed)), notifications: vec![] };
    Commit::store(&store, close).await.expect("a task");
    let status = leopard_migration::status(store.schema_connection()).await;
    let status = status.expect("the status");
    let later = status.iter().skip_while(|step| !step.0.ends_with("_task_reminders"));
    let later = u32::try_from(later.count()).expect("few steps");
    leopard_migration::down(store.schema_connection(), Some(later))
        .await
        .expect("down to where nobody was reminded");
    leopard_migration::up(store.schema_connection()).await.expect("all up");

    let look = DueScan { now: at(300), due_soon: TimeDelta::hours(1) };
    let waiting = store.due_tasks(look, 10).await.expect("those that wait");
    let decided = waiting.iter().filter_map(|it| look.decide(it));
    let decided: Vec<_> =
        decided.map(|change| (change.task, change.overdue_at, change.to_send.is_some())).collect();
    let expected = [(made[0].id, Some(at(300)), false), (made[1].id, Some(at(300)), true)];
    assert_eq!(decided, expected);
}

/// Mentions from before there were grants go on granting, whoever made them, and comments are counted.
pub(super) async fn grant_by_old_mentions(url: &str) {
    let store = open(url).await;
    let mut users = vec![];
    for name in ["ana", "bob", "eve"] {
        let made = Commit::store(&store, making(new_user(name))).await;
        users.push(made.expect("a user").id);
    }
    let [ana, bob, eve] = users[..] else { panic!("three users") };
    let change = TaskChange::insert(new_task(ana, "Old"), vec![]);
    let stored = Commit::store(&store, change).await;
    let task = stored.expect("a task").task.id;
    for (author, mentioned) in [(ana, vec![bob, bob]), (bob, vec![eve]), (eve, vec![])] {
        let mentions = (0..).zip(mentioned).map(|(place, user)| Mention {
            user,
            start: place * 5,
            end: place * 5 + 4,
        });
        let text = Text::new("Well?".to_owned()).expect("a text");
        let effect = MentionEffect::None;
        let comment = NewComment::new(author, text, mentions.collect(), effect, at(1));
        let comment = comment.expect("a comment");
        let change =
            TaskChange { write: TaskWrite::Comment(task, comment, None), notifications: vec![] };
        Commit::store(&store, change).await.expect("a task");
    }
    let granted = async || {
        let all = vec![ana, bob, eve];
        let mut granted = store.granted(task, all).await.expect("users");
        granted.sort_unstable();
        granted
    };
    assert_eq!(granted().await, []);
    let before = TaskRepository::find(&store, task).await;

    let status = leopard_migration::status(store.schema_connection()).await;
    let status = status.expect("the status");
    let later = status.iter().skip_while(|step| !step.0.ends_with("_comments_by_page"));
    let later = u32::try_from(later.count()).expect("few steps");
    leopard_migration::down(store.schema_connection(), Some(later))
        .await
        .expect("down to where mentions granted by themselves");
    leopard_migration::up(store.schema_connection()).await.expect("all up");
    assert_eq!(granted().await, [bob, eve]);
    let after = TaskRepository::find(&store, task).await;
    assert_eq!(after, before);
    let after = after.expect("an answer").expect("a task");
    assert_eq!((after.comment_count, after.comments.len()), (3, 3));
}
