//! A server whose data is in PostgreSQL.

use std::time::Duration;

use leopard_tests::support::postgres::new_database;
use leopard_tests::support::wait::within;
use leopard_tests::support::workdir::Workdir;

const SECRET: &str = "a secret of more than thirty-two bytes";
/// The password that stands in every URL of a test database.
const PASSWORD: &str = "hunter2";

async fn workdir() -> Workdir {
    Workdir::new(&[
        ("DATABASE_URL", &new_database().await),
        ("LEOPARD_JWT_SECRET", SECRET),
        ("LEOPARD_LOG", "trace"),
    ])
}

const BY_HAND: [&str; 6] = ["task", "create", "--assigned-to", "alice", "--title", "By hand"];

#[tokio::test]
async fn tasks_reach_streams_and_survive_a_restart() {
    let leopard = workdir().await.serve().await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    alice.api.create_task("By HTTP", alice.id).await;
    let event = stream.notification().await;
    assert_eq!(event.data["title"], "New Task Assigned: By HTTP");

    leopard.workdir().cli(&BY_HAND).await;
    let limit = Duration::from_secs(2);
    let event = within("what another process made", limit, stream.notification()).await;
    assert_eq!(event.data["title"], "New Task Assigned: By hand");
    assert_eq!(event.cursor(), Some("2"));

    let password = leopard.admin_password();
    let said = leopard.printed() + &leopard.log();
    assert!(!said.contains(PASSWORD), "{said}");
    let leopard = leopard.stop().await.serve().await;
    assert!(!leopard.printed().contains("Created the user"));
    assert!(!leopard.log().contains("already exists"), "{}", leopard.log());
    assert!(leopard.log().lines().all(|line| !line.contains(&password)));
    let mut stream = alice.resume(&leopard, "0").await;
    let titles = stream.notifications(2).await;
    let titles: Vec<&str> = titles.iter().map(|(_, title)| title.as_str()).collect();
    let expected = ["New Task Assigned: By HTTP", "New Task Assigned: By hand"];
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn read_state_reaches_streams_of_other_nodes() {
    let settings = [
        ("DATABASE_URL", &*new_database().await),
        ("LEOPARD_JWT_SECRET", SECRET),
        ("LEOPARD_HEARTBEAT_SECONDS", "1"),
    ];
    let one = Workdir::new(&settings).serve().await;
    let other = Workdir::new(&settings).serve().await;
    let alice = one.user("alice").await;
    alice.api.create_task("For both nodes", alice.id).await;
    let mut stream = alice.follow(&other).await;
    assert_eq!(stream.hello.data["unread_count"], 1);
    let path = "/api/v1/notifications/mark_all_read/";
    alice.api.post_nothing(path).await.expect(200);
    let count = stream.next_of("unread_count_update").await;
    assert_eq!(count.data["unread_count"], 0);
}

#[tokio::test]
async fn postgres_needs_a_secret() {
    let workdir = Workdir::new(&[("DATABASE_URL", &new_database().await)]);
    for command in [&["serve"][..], &["user", "create", "alice"]] {
        let ended = workdir.run(command).await;
        assert!(!ended.success);
        let said = ended.stdout + &ended.stderr;
        assert!(said.contains("LEOPARD_JWT_SECRET") && said.contains("PostgreSQL"), "{said}");
        assert!(!said.contains(PASSWORD), "{said}");
        let status = workdir.cli(&["migrate", "status"]).await;
        assert!(!status.contains("applied"), "{command:?} began: {status}");
    }
    // The schema has no need of it.
    let status = workdir.cli(&["migrate"]).await;
    assert!(status.contains("applied") && !status.contains("pending"), "{status}");
}

#[tokio::test]
async fn unavailable_database_stops_the_start_with_a_message() {
    let nowhere = format!("postgres://leopard:{PASSWORD}@localhost/x?host=/nowhere");
    let away = workdir().await.with("DATABASE_URL", &nowhere);
    let ended = away.run(&["serve"]).await;
    let said = ended.stdout + &ended.stderr;
    assert!(!ended.success && said.contains("PostgreSQL"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");

    let flag = away.run(&["serve", "--database-url", &nowhere]).await;
    assert!(!flag.success && flag.stderr.contains("DATABASE_URL"), "{flag:?}");
    assert!(!flag.stderr.contains(PASSWORD), "{flag:?}");
}
