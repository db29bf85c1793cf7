//! The password of the first user is printed to a terminal or written to a file.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;

use leopard_tests::support::{TIMEOUT, Workdir, new_database, within};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

const FILE: &str = "initial-admin-password";

#[tokio::test]
async fn first_password_without_terminal_is_in_a_private_file() {
    let leopard = Workdir::new(&[]).after("umask 022").serve().await;
    let password = leopard.admin_password();
    assert!(password.len() >= 12, "a password that is hard to guess");
    let file = leopard.workdir().path().join("leopard-data").join(FILE);
    let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{mode:o}");
    let output = leopard.printed() + &leopard.log();
    assert!(output.contains(file.to_str().unwrap()), "{output}");
    assert!(!output.contains(&password), "{output}");
    leopard.admin().await;

    // Deleting the file does not create another one.
    let workdir = leopard.stop().await;
    fs::remove_file(&file).unwrap();
    let again = workdir.serve().await;
    assert!(!again.printed().contains("assword"), "{}", again.printed());
    assert!(!file.exists());
}

#[tokio::test]
async fn first_password_file_on_postgres_is_in_the_working_directory() {
    let leopard = Workdir::for_node(&new_database().await).serve().await;
    assert!(leopard.workdir().path().join(FILE).exists());
    leopard.admin().await;
}

#[tokio::test]
async fn unwritable_password_file_is_reported_and_password_can_be_set() {
    let workdir = Workdir::new(&[]);
    // A folder of that name that is not empty.
    fs::create_dir_all(workdir.path().join("leopard-data").join(FILE).join("x")).unwrap();
    let leopard = workdir.serve().await;
    let printed = leopard.printed();
    assert!(printed.contains("leopard user set-password admin"), "{printed}");
    leopard.workdir().set_password("admin", "a quiet morning").await;
    leopard.log_in("admin", "a quiet morning").await.expect(200);
}

#[tokio::test]
async fn first_password_is_shown_on_a_terminal_and_not_stored() {
    let workdir = Workdir::new(&[]);
    let (mut master, terminal) = terminal();
    let mut command = workdir.command(&["serve"]);
    let mut child = command.stdout(terminal).spawn().expect("leopard starts");
    let shown = tokio::task::spawn_blocking(move || {
        let (mut shown, mut piece) = (String::new(), [0; 1024]);
        while !shown.contains("Leopard listens") {
            let length = master.read(&mut piece).expect("what the terminal shows");
            shown.push_str(std::str::from_utf8(&piece[..length]).expect("it is text"));
        }
        shown
    });
    let shown = within("Leopard listens", TIMEOUT, shown).await.unwrap();
    let words = "Created the user \"admin\" with the password \"";
    assert!(shown.starts_with(words), "{shown}");
    assert!(!workdir.path().join("leopard-data").join(FILE).exists());
    child.kill().await.expect("it ends");
}

/// Both sides of a terminal: what is written to the second shows on the first.
fn terminal() -> (File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).expect("a terminal of ours");
    unlockpt(&master).expect("a terminal of ours");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let path = OsStr::from_bytes(name.as_bytes());
    let terminal = OpenOptions::new().read(true).write(true).open(path);
    (File::from(master), terminal.expect("its other side"))
}

#[tokio::test]
async fn first_start_with_existing_users_creates_no_user() {
    let workdir = Workdir::new(&[]);
    workdir.cli(&["user", "create", "alice"]).await;
    let leopard = workdir.serve().await;
    assert!(!leopard.printed().contains("admin"), "{}", leopard.printed());
    assert!(!leopard.workdir().path().join("leopard-data").join(FILE).exists());
}
