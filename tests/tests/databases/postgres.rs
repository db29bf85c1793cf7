//! A server whose data is in PostgreSQL.

use leopard_tests::support::{Workdir, assigned, new_database};

/// The password in every URL of a test database.
const PASSWORD: &str = "hunter2";

async fn workdir() -> Workdir {
    Workdir::for_node(&new_database().await).with("LEOPARD_LOG", "trace")
}

#[tokio::test]
async fn tasks_reach_streams_and_survive_a_restart() {
    let leopard = workdir().await.serve().await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    alice.api.create_task("By HTTP", alice.id).await;
    assert_eq!(stream.notifications(1).await, [assigned(1, "By HTTP")]);

    leopard.workdir().create_tasks("alice", "By hand", 1).await;
    assert_eq!(stream.notifications(1).await, [assigned(2, "By hand")]);

    let password = leopard.admin_password();
    let output = leopard.printed() + &leopard.log();
    assert!(!output.contains(PASSWORD), "{output}");
    let leopard = leopard.stop().await.serve().await;
    assert!(!leopard.printed().contains("Created the user"));
    assert!(!leopard.log().contains("already exists"), "{}", leopard.log());
    assert!(leopard.log().lines().all(|line| !line.contains(&password)));
    let mut stream = alice.resume(&leopard, "0").await;
    let expected = [assigned(1, "By HTTP"), assigned(2, "By hand")];
    assert_eq!(stream.notifications(2).await, expected);
}

#[tokio::test]
async fn postgres_needs_a_secret() {
    let workdir = Workdir::new(&[("DATABASE_URL", &new_database().await)]);
    for command in [&["serve"][..], &["user", "create", "alice"]] {
        let ended = workdir.run(command).await;
        assert!(!ended.success);
        let output = ended.stdout + &ended.stderr;
        assert!(output.contains("LEOPARD_JWT_SECRET") && output.contains("PostgreSQL"), "{output}");
        assert!(!output.contains(PASSWORD), "{output}");
        let status = workdir.cli(&["migrate", "status"]).await;
        assert!(!status.contains("applied"), "{command:?} began: {status}");
    }
    // Migrations do not need it.
    let status = workdir.cli(&["migrate"]).await;
    assert!(status.contains("applied") && !status.contains("pending"), "{status}");
}

#[tokio::test]
async fn unavailable_database_stops_the_start_with_a_message() {
    let nowhere = format!("postgres://leopard:{PASSWORD}@localhost/x?host=/nowhere");
    let away = workdir().await.with("DATABASE_URL", &nowhere);
    let ended = away.run(&["serve"]).await;
    let output = ended.stdout + &ended.stderr;
    assert!(!ended.success && output.contains("PostgreSQL"), "{output}");
    assert!(!output.contains(PASSWORD), "{output}");

    let flag = away.run(&["serve", "--database-url", &nowhere]).await;
    assert!(!flag.success && flag.stderr.contains("DATABASE_URL"), "{flag:?}");
    assert!(!flag.stderr.contains(PASSWORD), "{flag:?}");
}
