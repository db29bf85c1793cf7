//! Private `PostgreSQL` servers: one per test process with a database per test, and separate ones for
//! tests that stop their server, and for benchmarks.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use rustix::process::{Pid, Signal, kill_process};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database};

use super::process::children;

/// Debian's folder for the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Without fsync for speed, and with enough connections for all tests.
const SETTINGS_OF_TESTS: &str = "-c fsync=off -c max_connections=400";

/// Starts the server, executes the commands of its standard input, and stops the server when that ends,
/// which also happens when this process is killed. The server refuses to run as root.
const KEEPER: &str = r#"
set -e
home=$1 bin=$2 settings=$3
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$home"
    as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
fi
cd "$home"
ctl() { as "$bin/pg_ctl" -D data -w "$@" >/dev/null; }
start() { ctl -l log -o "-k '$home' -c listen_addresses='' $settings" start; }
as "$bin/initdb" -D data -U leopard -A trust -E UTF8 --locale=C --no-sync >/dev/null
start
echo ready
while read -r order mode; do
    case $order in
    start) start ;;
    stop) ctl -m "$mode" stop ;;
    restart) ctl -l log -m "$mode" restart ;;
    esac
    echo ready
done
[ ! -e data/postmaster.pid ] || ctl -m immediate stop
rm -rf "$home"
"#;

/// A running server; it is stopped and removed when this is dropped, or with this process.
pub struct Server {
    home: PathBuf,
    keeper: Arc<Mutex<Keeper>>,
}

struct Keeper {
    child: Child,
    output: BufReader<ChildStdout>,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database on the server that the tests of this process share.
pub async fn new_database() -> String {
    let server = SERVER.get_or_init(|| start(SETTINGS_OF_TESTS));
    server.new_database().await
}

impl Keeper {
    fn execute(&mut self, order: &str) {
        let input = self.child.stdin.as_mut().expect("its input is a pipe");
        writeln!(input, "{order}").expect("it listens");
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let mut line = String::new();
        let read = self.output.read_line(&mut line);
        read.expect("a response or its end");
        assert_eq!(line, "ready\n", "PostgreSQL failed");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A frozen server could not be stopped.
        self.thaw();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // This closes its input. It fails only if the keeper has ended already.
        let _ = self.child.wait();
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(SETTINGS_OF_TESTS).await
    }

    /// Starts a server with default settings: commits wait for the disk.
    pub async fn start_durable() -> Self {
        Self::start_with("").await
    }

    async fn start_with(settings: &'static str) -> Self {
        let started = tokio::task::spawn_blocking(|| start(settings));
        started.await.expect("a server")
    }

    pub async fn new_database(&self) -> String {
        let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let mut options = ConnectOptions::new(self.url("postgres"));
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await.expect("a connection");
        let create = format!("CREATE DATABASE {name}");
        let created = connection.execute_unprepared(&create).await;
        created.expect("a new database");
        connection.close().await.expect("an end");
        self.url(&name)
    }

    /// Restarts it: `fast` ends all sessions in order, `immediate` is a crash.
    pub async fn restart(&self, mode: &str) {
        self.execute(format!("restart {mode}")).await;
    }

    /// Stops it; connections are refused then.
    pub async fn stop(&self) {
        self.execute("stop fast".to_owned()).await;
        // A socket without a listener, which refuses connections.
        let left = UnixListener::bind(self.home.join(".s.PGSQL.5432"));
        drop(left.expect("a socket at the server's path"));
    }

    pub async fn start_again(&self) {
        self.execute("start".to_owned()).await;
    }

    /// Freezes all of its processes; connections stay open.
    pub fn freeze(&self) {
        let postmaster = self.postmaster().expect("it runs");
        signal(postmaster, Signal::STOP);
        signal_children(postmaster, Signal::STOP);
    }

    pub fn thaw(&self) {
        if let Some(postmaster) = self.postmaster() {
            signal_children(postmaster, Signal::CONT);
            signal(postmaster, Signal::CONT);
        }
    }

    /// The first of its processes, if it runs; it starts the others.
    pub fn postmaster(&self) -> Option<Pid> {
        let file = fs::read_to_string(self.home.join("data/postmaster.pid")).ok()?;
        file.lines().next().map(process)
    }

    async fn execute(&self, order: String) {
        let keeper = self.keeper.clone();
        let executed =
            tokio::task::spawn_blocking(move || keeper.lock().expect("no panic").execute(&order));
        executed.await.expect("it is done");
    }

    fn url(&self, database: &str) -> String {
        let host = self.home.display();
        // The server does not check the password; tests check that it is never shown.
        format!("postgres://leopard:hunter2@localhost/{database}?host={host}")
    }
}

fn process(id: &str) -> Pid {
    let id = Pid::from_raw(id.trim().parse().expect("a process id"));
    id.expect("a process id is not 0")
}

fn signal_children(postmaster: Pid, signal: Signal) {
    for child in children(postmaster) {
        self::signal(child, signal);
    }
}

fn signal(process: Pid, signal: Signal) {
    // One that has ended already needs none.
    let _ = kill_process(process, signal);
}

fn start(settings: &str) -> Server {
    let home = tempfile::Builder::new().prefix("leopard-pg-").tempdir();
    // The keeper removes it.
    let home = home.expect("a directory").keep();
    let mut child = Command::new("/bin/sh")
        .args(["-c", KEEPER, "keeper"])
        .args([&home, &programs()])
        .arg(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        // Ctrl-C reaches only the tests; the server ends after them.
        .process_group(0)
        .spawn()
        .expect("a shell starts");
    let stdout = child.stdout.take().expect("its output is a pipe");
    let mut keeper = Keeper { child, output: BufReader::new(stdout) };
    keeper.wait_until_ready();
    Server { home, keeper: Arc::new(Mutex::new(keeper)) }
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
