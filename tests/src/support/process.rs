//! Processor time and peak memory of a process, as Linux counts them.

use std::collections::HashMap;
use std::fs;
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
        let process = process.as_raw_nonzero();
        let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
        let threads = threads.map(|thread| thread.expect("a thread"));
        Self(
            threads
                // A thread may end meanwhile.
                .filter_map(|thread| {
                    let counters = fs::read_to_string(thread.path().join("schedstat")).ok()?;
                    let name = thread.file_name().into_string().ok()?;
                    Some((name, on_processor(&counters)))
                })
                .collect(),
        )
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
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let value = lines.find_map(|(name, value)| (name == member).then_some(value));
    let number = value.and_then(|value| value.split_whitespace().next()?.parse().ok());
    number.unwrap_or_else(|| panic!("no {member} in {text}"))
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
