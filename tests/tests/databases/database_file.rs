//! The SQLite file: its permissions, its names, and its loss.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Workdir};

/// The time limit until a replaced file is noticed without requests.
const NOTICED: Duration = Duration::from_mins(1);

fn database(workdir: &Workdir) -> PathBuf {
    workdir.path().join("leopard-data/leopard.db")
}

#[tokio::test]
async fn data_files_are_readable_by_their_owner_only() {
    let workdir = Workdir::new(&[]).after("umask 022");
    // A folder that other users may read.
    let folder = workdir.path().join("leopard-data");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let leopard = workdir.serve().await;
    let admin = leopard.admin().await;
    admin.api.create_task("Private", admin.id).await;

    let mut names = vec![];
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        let name = file.file_name().into_string().unwrap();
        assert_eq!(mode, 0o600, "{name} has mode {mode:o}");
        names.push(name);
    }
    for name in ["jwt-secret", "leopard.db", "leopard.db-wal", "leopard.db.lock"] {
        assert!(names.iter().any(|it| it == name), "{name}: {names:?}");
    }
}

#[tokio::test]
async fn hard_link_to_the_database_is_refused() {
    let leopard = Workdir::new(&[]).serve().await;
    let (workdir, other) = (leopard.workdir().path(), Workdir::new(&[]));
    fs::hard_link(workdir.join("leopard-data/leopard.db"), other.path().join("x.db")).unwrap();
    let other = other.with("DATABASE_URL", "sqlite://x.db");
    for command in [["serve"].as_slice(), &["user", "list"]] {
        let ended = other.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(ended.stderr.contains("hard links"), "{ended:?}");
    }
    // A symbolic link is no second name.
    fs::remove_file(other.path().join("x.db")).unwrap();
    std::os::unix::fs::symlink(workdir.join("leopard-data/leopard.db"), other.path().join("x.db"))
        .unwrap();
    assert!(other.cli(&["user", "list"]).await.contains("admin"));
    let ended = other.run(&["serve"]).await;
    assert!(ended.stderr.contains("already"), "{ended:?}");
}

#[tokio::test]
async fn command_in_the_wrong_folder_creates_nothing() {
    let workdir = Workdir::new(&[]);
    let commands: [&[&str]; 6] = [
        &["migrate", "status"],
        &["migrate", "down"],
        &["user", "list"],
        &["user", "deactivate", "admin"],
        &["token", "admin"],
        &["task", "create", "--assigned-to", "admin", "--title", "T"],
    ];
    for command in commands {
        let ended = workdir.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(
            ended.stderr.contains("there is no leopard-data/leopard.db"),
            "{command:?}: {ended:?}"
        );
        assert_eq!(fs::read_dir(workdir.path()).unwrap().count(), 0, "{command:?}");
    }
}

#[tokio::test]
async fn renamed_open_database_is_noticed_and_refuses_writes() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let (file, aside) = (database(leopard.workdir()), leopard.workdir().path().join("aside.db"));
    fs::rename(&file, &aside).unwrap();
    // At once, before anything else has noticed.
    let task = task_body("Lost", admin.id);
    let refused = admin.api.post("/api/v1/tasks/", task.clone()).await;
    refused.problem(503, "storage_unavailable");
    let line = leopard.until_logged("database unavailable, node not ready", NOTICED).await;
    assert!(line.contains("ERROR") && line.contains("was deleted or renamed"), "{line}");
    leopard.until_ready(503).await.problem(503, "storage_unavailable");

    fs::write(&file, "another one").unwrap();
    let refused = admin.api.post("/api/v1/tasks/", task.clone()).await;
    refused.problem(503, "storage_unavailable");

    fs::rename(&aside, &file).unwrap();
    leopard.until_ready(200).await;
    admin.api.post("/api/v1/tasks/", task).await.expect(201);
}

#[tokio::test]
async fn missing_database_beside_its_secret_is_not_recreated() {
    let leopard = Leopard::start(&[]).await;
    let workdir = leopard.stop().await;
    let (file, aside) = (database(&workdir), workdir.path().join("aside.db"));
    fs::rename(&file, &aside).unwrap();
    for command in [["serve"].as_slice(), &["migrate"], &["user", "create", "bob"]] {
        let ended = workdir.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        for part in ["leopard-data/leopard.db is missing", "restore a backup", "remove"] {
            assert!(ended.stderr.contains(part), "{command:?}: {ended:?}");
        }
        assert!(!file.exists(), "{command:?}");
    }
    fs::rename(&aside, &file).unwrap();
    let workdir = workdir.serve().await.stop().await;
    // Removing the secret too starts a new database, as the message says.
    fs::remove_file(&file).unwrap();
    fs::remove_file(workdir.path().join("leopard-data/jwt-secret")).unwrap();
    workdir.serve().await.admin().await;
}

#[tokio::test]
async fn lost_secret_is_logged_as_warning() {
    const LOST: &str = "all users must log in again";
    let leopard = Leopard::start(&[]).await;
    assert!(!leopard.log().contains(LOST), "{}", leopard.log());
    let workdir = leopard.stop().await;
    fs::remove_file(workdir.path().join("leopard-data/jwt-secret")).unwrap();
    let leopard = workdir.serve().await;
    let log = leopard.log();
    assert!(log.contains("WARN") && log.contains(LOST), "{log}");
    let again = leopard.stop().await.serve().await;
    assert!(!again.log().contains(LOST), "{}", again.log());
    // A database that was migrated by hand has no secret yet.
    let workdir = Workdir::new(&[]);
    workdir.cli(&["migrate"]).await;
    let leopard = workdir.serve().await;
    assert!(!leopard.log().contains(LOST), "{}", leopard.log());
}

#[tokio::test]
async fn readable_data_files_are_logged_as_warning() {
    let workdir = Leopard::start(&[]).await.stop().await;
    let kept = ["leopard.db", "jwt-secret"].map(|name| format!("leopard-data/{name}"));
    for path in &kept {
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(workdir.path().join(path), open).unwrap();
    }
    let leopard = workdir.serve().await;
    let log = leopard.log();
    for path in &kept {
        let warned = |line: &str| line.contains("WARN") && line.contains(path.as_str());
        let line = log.lines().find(|line| warned(line));
        let line = line.unwrap_or_else(|| panic!("{path}: {log}"));
        assert!(line.contains("0644") && line.contains("chmod 600"), "{line}");
    }
}
