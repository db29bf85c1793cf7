//! A private `PostgreSQL` server: one for each test process, and a database for each test.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database};

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Starts the server, restarts it for each line of its standard input, and stops it when that ends:
/// with the test process, however that ends. The server refuses to run as root.
const KEEPER: &str = r#"
set -e
home=$1 bin=$2
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$home"
    as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
fi
cd "$home"
as "$bin/initdb" -D data -U leopard -A trust -E UTF8 --locale=C --no-sync >/dev/null
as "$bin/pg_ctl" -D data -l log -w -o "-k '$home' -c listen_addresses='' -c fsync=off \
    -c max_connections=400" start >/dev/null
echo ready
while read -r mode; do
    as "$bin/pg_ctl" -D data -l log -w -m "$mode" restart >/dev/null
    echo ready
done
as "$bin/pg_ctl" -D data -m immediate -w stop >/dev/null
rm -rf "$home"
"#;

struct Server {
    home: PathBuf,
    /// Its input is open as long as the test process lives.
    keeper: Mutex<Keeper>,
}

struct Keeper {
    child: Child,
    answers: BufReader<ChildStdout>,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database.
pub async fn new_database() -> String {
    let server = SERVER.get_or_init(start);
    let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut options = ConnectOptions::new(server.url("postgres"));
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("a connection");
    let create = format!("CREATE DATABASE {name}");
    let created = connection.execute_unprepared(&create).await;
    created.expect("a new database");
    connection.close().await.expect("an end");
    server.url(&name)
}

/// Restarts the server, and with it all databases of this test process; a `fast` restart ends all
/// sessions in order, an `immediate` one is a crash.
pub fn restart(mode: &str) {
    let mut keeper = SERVER.get_or_init(start).keeper.lock().expect("one asks");
    let input = keeper.child.stdin.as_mut().expect("its input is a pipe");
    writeln!(input, "{mode}").expect("it listens");
    keeper.wait_until_ready();
}

impl Keeper {
    fn wait_until_ready(&mut self) {
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer);
        read.expect("an answer or its end");
        assert_eq!(answer, "ready\n", "PostgreSQL does not start");
    }
}

impl Server {
    fn url(&self, database: &str) -> String {
        let host = self.home.display();
        // Nobody asks for the password, but nobody may show it either.
        format!("postgres://leopard:hunter2@localhost/{database}?host={host}")
    }
}

fn start() -> Server {
    let home = tempfile::Builder::new().prefix("leopard-pg-").tempdir();
    // The keeper removes it.
    let home = home.expect("a directory").keep();
    let mut child = Command::new("/bin/sh")
        .args(["-c", KEEPER, "keeper"])
        .args([&home, &programs()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What it says belongs to the test that starts it.
        .stderr(Stdio::inherit())
        // Ctrl-C is for the tests; the server ends after them.
        .process_group(0)
        .spawn()
        .expect("a shell starts");
    let stdout = child.stdout.take().expect("its output is a pipe");
    let answers = BufReader::new(stdout);
    let mut keeper = Keeper { child, answers };
    keeper.wait_until_ready();
    Server {
        home,
        keeper: Mutex::new(keeper),
    }
}

/// The programs of the newest version that is installed.
fn programs() -> PathBuf {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path())
        .filter(|version| version.join("bin/initdb").is_file())
        .max_by_key(|version| number(version));
    let newest = newest.unwrap_or_else(|| {
        panic!("PostgreSQL is missing: install the package postgresql, or use ./tests/run")
    });
    newest.join("bin")
}

fn number(version: &Path) -> u32 {
    let name = version.file_name().unwrap_or_default();
    name.to_string_lossy().parse().unwrap_or(0)
}
