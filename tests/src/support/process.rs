//! Processor time and peak memory of a process, as Linux counts them.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, getrlimit, setrlimit};
use tokio::time::sleep;

/// The most files of this process; programs that close all numbers up to the limit are slow with a larger
/// one.
const FILES: u64 = 65_536;

/// The time without work after which a process is idle.
const IDLE: Duration = Duration::from_millis(20);

/// The processor time that timers may use meanwhile.
const TIMERS: Duration = Duration::from_millis(2);

/// The processor time of each thread of a process.
pub struct ProcessorTime(HashMap<String, Duration>);

impl ProcessorTime {
    pub fn of(process: Pid) -> Self {
        Self(threads(process).expect("the process runs").collect())
    }

    /// The processor time of a process and its descendants.
    pub fn of_tree(process: Pid) -> Self {
        // A child may end meanwhile.
        let of_each = tree(process).into_iter().filter_map(|process| threads(process).ok());
        Self(of_each.flatten().collect())
    }

    /// The time used since an earlier reading, without threads that have ended since.
    pub fn since(&self, earlier: &Self) -> Duration {
        let used = self.0.iter().map(|(thread, now)| {
            let before = earlier.0.get(thread).copied().unwrap_or_default();
            now.saturating_sub(before)
        });
        used.sum()
    }
}

fn threads(process: Pid) -> io::Result<impl Iterator<Item = (String, Duration)>> {
    let threads = fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero()))?;
    // A thread may end meanwhile.
    Ok(threads.filter_map(|thread| {
        let thread = thread.ok()?;
        let counters = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let name = thread.file_name().into_string().ok()?;
        Some((name, on_processor(&counters)))
    }))
}

/// The first counter of `schedstat` (proc.rst of the Linux kernel), in nanoseconds.
fn on_processor(counters: &str) -> Duration {
    let first = counters.split(' ').next();
    let nanoseconds = first.and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number"))
}

/// Waits until a process is idle, and fails if it is busy for longer than this.
pub async fn until_idle(process: Pid, within: Duration) {
    let deadline = Instant::now() + within;
    loop {
        let before = ProcessorTime::of(process);
        sleep(IDLE).await;
        if ProcessorTime::of(process).since(&before) < TIMERS {
            return;
        }
        assert!(Instant::now() < deadline, "busy for longer than {within:?}");
    }
}

/// A member of `/proc/PID/status` that is a size, in KiB.
pub fn status(process: Pid, member: &str) -> u64 {
    let path = format!("/proc/{}/status", process.as_raw_nonzero());
    let text = fs::read_to_string(&path);
    let text = text.unwrap_or_else(|e| panic!("{path}: {e}"));
    self::member(&text, member).unwrap_or_else(|| panic!("no {member} in {text}"))
}

fn member(text: &str, member: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let value = lines.find_map(|(name, value)| (name == member).then_some(value))?;
    value.split_whitespace().next()?.parse().ok()
}

/// The memory of a process and its descendants in KiB, where each of several processes that share a page
/// counts its share (proc.rst, `Pss`).
pub fn proportional(process: Pid) -> u64 {
    let memory = tree(process).into_iter().map(|process| {
        let path = format!("/proc/{}/smaps_rollup", process.as_raw_nonzero());
        // None of one that has ended.
        member(&fs::read_to_string(path).unwrap_or_default(), "Pss").unwrap_or_default()
    });
    memory.sum()
}

/// A process and its descendants.
fn tree(process: Pid) -> Vec<Pid> {
    let mut found = vec![process];
    let mut next = 0;
    while let Some(parent) = found.get(next) {
        found.extend(children(*parent));
        next += 1;
    }
    found
}

/// The processes that the first thread of a process has started.
pub(super) fn children(parent: Pid) -> Vec<Pid> {
    let id = parent.as_raw_nonzero();
    // None of one that has ended.
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
    let children = children.unwrap_or_default();
    let ids = children.split_whitespace().filter_map(|id| id.parse().ok());
    ids.filter_map(Pid::from_raw).collect()
}

/// The largest resident memory of a process since `forget_peak`, in KiB.
pub fn peak(process: Pid) -> u64 {
    status(process, "VmHWM")
}

/// Sets the peak of a process to its present resident memory (proc.rst, `clear_refs`).
pub fn forget_peak(process: Pid) {
    let path = format!("/proc/{}/clear_refs", process.as_raw_nonzero());
    fs::write(path, "5").expect("an own process may be measured");
}

/// Whether it runs. A process that has ended is a zombie until it is waited for.
pub fn is_running(process: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero()));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}

/// Raises the limit of open files of this process as far as allowed, and returns it.
pub fn allow_files() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    let files = limit.maximum.unwrap_or(FILES).min(FILES);
    let files = files.max(limit.current.unwrap_or(0));
    limit.current = Some(files);
    setrlimit(Resource::Nofile, limit).expect("a limit up to the hard one may be set");
    files
}

/// A child process; dropping this kills it.
pub struct OwnedChild(pub Child);

impl OwnedChild {
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }

    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("its state is known")
    }

    /// Kills it and waits for its end. Both fail only if it has ended already.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for OwnedChild {
    fn drop(&mut self) {
        self.kill();
    }
}
