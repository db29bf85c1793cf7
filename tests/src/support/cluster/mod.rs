//! Several nodes behind nginx, and clients that go on whatever happens to them.

mod client;
mod fault;
mod nodes;
mod workload;

pub use fault::{Fault, FaultTargets};
pub use nodes::Cluster;
pub use workload::Workload;
