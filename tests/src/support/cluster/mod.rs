//! Several nodes behind nginx, faults, and clients that survive them.

mod client;
mod fault;
mod nodes;
mod workload;

pub use fault::{Fault, FaultTargets};
pub use nodes::Cluster;
pub use workload::Workload;
