//! The schema of every SQL database: first starts, migrations, and data from before a migration.

use std::sync::Arc;

use chrono::TimeDelta;
use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::account::{NewUser, Profile, SearchTerms, UserKind};
use leopard_core::domain::change::{TaskChange, TaskWrite, UserChange};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::mention::Mention;
use leopard_core::domain::task::{DueScan, MentionEffect, NewComment, NewTask, Status, TaskEdit};
use leopard_core::domain::text::Text;
use leopard_core::port::{TaskRepository, UserQuery, UserRepository};
use leopard_testkit::commit::Commit;
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};
use tokio::task::JoinSet;

use leopard_testkit::fixtures::{all_users, at, create_by_operator, new_task, new_user};
use leopard_tests::conformance::{open, sqlite_url};
use leopard_tests::support::postgres::new_database;

/// Generates a test per case and database.
macro_rules! on_each_database {
    ($($case:ident)+) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let directory = tempfile::tempdir().expect("a directory");
                    super::$case(&super::sqlite_url(&directory)).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(&super::new_database().await).await;
                }
            )+
        }
    };
}

on_each_database! {
    concurrent_first_starts_succeed
    missing_table_is_detected
    schema_migrates_down_and_up
    old_tasks_get_reminders
    old_users_are_searchable
    old_mentions_grant_reading
}

/// Several processes open a new database at once: all find the schema, and one creates the first user.
async fn concurrent_first_starts_succeed(url: &str) {
    let url: Arc<str> = url.into();
    let mut starts = JoinSet::new();
    for number in 0..8 {
        let url = url.clone();
        starts.spawn(async move {
            let store = open(&url).await;
            let first = UserChange::CreateFirst(new_user(&format!("first{number}")));
            Commit::store(&store, first).await
        });
    }
    let answers = starts.join_all().await;
    let created = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(created, 1, "{answers:?}");
    let errors = answers.iter().filter_map(|answer| answer.as_ref().err());
    let refused = errors.filter(|failure| **failure == Failure::Conflict);
    assert_eq!(refused.count(), 7, "{answers:?}");
}

/// Down step by step, and up again.
async fn schema_migrates_down_and_up(url: &str) {
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

/// The check names the missing table, whichever it is.
async fn missing_table_is_detected(url: &str) {
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
    // The server does not use the table of migrations.
    for name in names.iter().filter(|name| *name != "seaql_migrations") {
        let rename = async |from: &str, to: &str| {
            let statement = format!("ALTER TABLE {from} RENAME TO {to}");
            let renamed = database.execute_unprepared(&statement).await;
            renamed.unwrap_or_else(|error| panic!("{statement}: {error}"));
        };
        rename(name, "gone").await;
        match store.check().await {
            Err(Failure::Internal(text)) => assert!(text.contains(name.as_str()), "{name}: {text}"),
            other => panic!("{name} is missing: {other:?}"),
        }
        rename("gone", name).await;
    }
    store.check().await.expect("nothing is missing");
}

/// Also users from before the table of words.
async fn old_users_are_searchable(url: &str) {
    let store = open(url).await;
    let names = [("anna.hill", "Weiß"), ("bob", "O'Neill Ångström"), ("zoë", "")];
    for (username, last_name) in names {
        let profile = Profile::new(String::new(), "An-Na".to_owned(), last_name.to_owned());
        let new = NewUser { profile: profile.expect("a profile"), ..new_user(username) };
        let created = Commit::store(&store, create_by_operator(new)).await;
        let deactivate = UserChange::Deactivate(created.expect("a user").id);
        if username == "zoë" {
            let changed = Commit::store(&store, deactivate).await;
            changed.expect("a user");
        }
    }
    let found = find_all(&store).await;
    let without_result = found.iter().filter(|(_, names)| names.is_empty());
    let without_result: Vec<_> = without_result.map(|(text, _)| text.as_str()).collect();
    assert_eq!(without_result, ["zoë", "x", "x"]);
    let before_words = u32::try_from(applied(&store).await - 5).expect("few steps");
    leopard_migration::down(store.schema_connection(), Some(before_words))
        .await
        .expect("the schema before the words");
    leopard_migration::up(store.schema_connection()).await.expect("all up");
    assert_eq!(find_all(&store).await, found);
}

/// The users that each text finds, with and without inactive ones.
async fn find_all(store: &SqlStore) -> Vec<(String, Vec<String>)> {
    let mut found = vec![];
    for text in ["a", "an", "an-", "na", "hill", "o'n", "neill", "weiss", "ÅNG", "zoë", "x"] {
        for include_inactive in [false, true] {
            let query = UserQuery {
                search: SearchTerms::parse(text).expect("terms"),
                kind: Some(UserKind::Person),
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

/// Also tasks from before reminders existed. Closed tasks get none, and a due date that had passed at the last
/// change is not reported.
async fn old_tasks_get_reminders(url: &str) {
    let store = open(url).await;
    let ana = Commit::store(&store, create_by_operator(new_user("ana"))).await;
    let ana = ana.expect("a user").id;
    let [late, near, closed] = [at(50), at(200), at(200)].map(|due_date| NewTask {
        due_date: Some(due_date),
        assigned_to: Some(ana),
        created_at: at(100),
        ..new_task(ana, "Old")
    });
    let mut created = Vec::new();
    for insert in [late, near, closed] {
        let change = TaskChange::insert(insert, vec![]);
        let stored = Commit::store(&store, change).await;
        created.push(stored.expect("a task").task);
    }
    let completed = TaskEdit::to_status(Status::Completed);
    let completed = completed.apply(&created[2], at(100)).expect("a change");
    let close = TaskChange { write: TaskWrite::Update(Box::new(completed)), notifications: vec![] };
    Commit::store(&store, close).await.expect("a task");
    let status = leopard_migration::status(store.schema_connection()).await;
    let status = status.expect("the status");
    let later = status.iter().skip_while(|step| !step.0.ends_with("_task_reminders"));
    let later = u32::try_from(later.count()).expect("few steps");
    leopard_migration::down(store.schema_connection(), Some(later))
        .await
        .expect("the schema before reminders");
    leopard_migration::up(store.schema_connection()).await.expect("all up");

    let scan = DueScan { now: at(300), due_soon: TimeDelta::hours(1) };
    let due = store.due_tasks(scan, 10).await.expect("due tasks");
    let decided = due.iter().filter_map(|it| scan.decide(it));
    let decided: Vec<_> =
        decided.map(|change| (change.task, change.overdue_at, change.to_send.is_some())).collect();
    let expected = [(created[0].id, Some(at(300)), false), (created[1].id, Some(at(300)), true)];
    assert_eq!(decided, expected);
}

/// Also mentions from before the table of grants, and their comments are counted.
async fn old_mentions_grant_reading(url: &str) {
    let store = open(url).await;
    let mut users = vec![];
    for name in ["ana", "bob", "eve"] {
        let created = Commit::store(&store, create_by_operator(new_user(name))).await;
        users.push(created.expect("a user").id);
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
        .expect("the schema before grants");
    leopard_migration::up(store.schema_connection()).await.expect("all up");
    assert_eq!(granted().await, [bob, eve]);
    let after = TaskRepository::find(&store, task).await;
    assert_eq!(after, before);
    let after = after.expect("an answer").expect("a task");
    assert_eq!((after.comment_count, after.comments.len()), (3, 3));
}
