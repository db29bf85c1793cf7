//! The SQLite file: who may read it, who makes it, and by which name it is opened.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use leopard_tests::support::home::Home;

#[tokio::test]
async fn all_that_is_kept_is_for_its_owner_alone() {
    let home = Home::new(&[]).after("umask 022");
    // The folder of an operator who lets others look into it.
    let folder = home.path().join("leopard-data");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let leopard = home.serve().await;
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
    for name in [
        "jwt-secret",
        "leopard.db",
        "leopard.db-wal",
        "leopard.db.lock",
    ] {
        assert!(names.iter().any(|there| there == name), "{name}: {names:?}");
    }
}

#[tokio::test]
async fn a_second_name_of_the_file_is_refused() {
    let leopard = Home::new(&[]).serve().await;
    let (home, other) = (leopard.home().path(), Home::new(&[]));
    fs::hard_link(
        home.join("leopard-data/leopard.db"),
        other.path().join("x.db"),
    )
    .unwrap();
    let other = other.with("DATABASE_URL", "sqlite://x.db");
    for command in [["serve"].as_slice(), &["user", "list"]] {
        let ended = other.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(ended.stderr.contains("hard links"), "{ended:?}");
    }
    // A symbolic link is no second name.
    fs::remove_file(other.path().join("x.db")).unwrap();
    std::os::unix::fs::symlink(
        home.join("leopard-data/leopard.db"),
        other.path().join("x.db"),
    )
    .unwrap();
    assert!(other.cli(&["user", "list"]).await.contains("admin"));
    let ended = other.run(&["serve"]).await;
    assert!(ended.stderr.contains("already"), "{ended:?}");
}

#[tokio::test]
async fn nothing_is_made_by_who_asks_in_the_wrong_folder() {
    let home = Home::new(&[]);
    let commands: [&[&str]; 6] = [
        &["migrate", "status"],
        &["migrate", "down"],
        &["user", "list"],
        &["user", "deactivate", "admin"],
        &["token", "admin"],
        &["task", "create", "--assigned-to", "admin", "--title", "T"],
    ];
    for command in commands {
        let ended = home.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(
            ended.stderr.contains("there is no leopard-data/leopard.db"),
            "{command:?}: {ended:?}"
        );
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "{command:?}");
    }
}
