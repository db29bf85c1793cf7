//! The cases, by area, and their ceilings.

pub mod bodies;
pub mod comments;
pub mod health;
pub mod keys;
pub mod notifications;
pub mod tasks;
pub mod tokens;
pub mod users;

use std::sync::Arc;

use super::super::request::Request;
use super::worst_data::WorstData;

/// The largest response: a page of 100 tasks, each with 20,000 characters of 6 bytes, since JSON can
/// write some characters only as an escape.
const LARGEST_ANSWER: usize = 14 * MIB;
/// The largest list without pages: it is cut at 8 MiB, names of users not counted.
const LARGEST_LIST: usize = 9 * MIB;
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// The most that an operation may cost at its maxima.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceiling {
    /// One small resource, a refusal, or nothing.
    Small,
    /// The same, and a password hash.
    Hash,
    /// One resource at its maxima.
    Resource,
    /// A page of 100 resources.
    Page,
    /// A list without pages, which is cut at a size.
    List,
    /// A batch of 1,000 notifications, each stored with its own texts.
    Batch,
    /// A search, which has 2 seconds and is interrupted.
    Search,
    /// A replay, which is written while it is read.
    Replay,
}

impl Ceiling {
    pub fn bytes(self) -> usize {
        match self {
            Self::Small | Self::Hash => 16 * KIB,
            Self::Resource => 2 * MIB,
            Self::Page | Self::Search => LARGEST_ANSWER,
            Self::List | Self::Batch => LARGEST_LIST,
            Self::Replay => 32 * MIB,
        }
    }

    /// The most processor time, as a multiple of that of the largest page of tasks.
    pub fn processor(self) -> f64 {
        match self {
            Self::Small | Self::Resource => 0.5,
            Self::Hash => 1.0,
            Self::Page | Self::List => 2.0,
            Self::Batch => 3.0,
            // A search is interrupted after a time, whatever the speed of the machine.
            Self::Search => f64::INFINITY,
            Self::Replay => 20.0,
        }
    }

    /// The most that the memory grows meanwhile, in KiB.
    pub fn memory(self) -> u64 {
        let mib = match self {
            Self::Small | Self::Resource => 24,
            Self::Hash => 48,
            Self::Page | Self::List | Self::Batch | Self::Search | Self::Replay => 96,
        };
        mib * 1024
    }
}

type Create = dyn Fn(&WorstData, usize) -> Request + Send + Sync;

/// One operation at some of its maxima.
#[derive(Clone)]
pub struct Case {
    /// Its `operationId` in the document.
    pub operation: &'static str,
    /// What is at its maximum.
    pub maximum: &'static str,
    pub ceiling: Ceiling,
    pub statuses: &'static [u16],
    create: Arc<Create>,
}

impl Ceiling {
    /// A case with this ceiling and the status 200; each call has its own number.
    pub(super) fn of(
        self,
        operation: &'static str,
        maximum: &'static str,
        create: impl Fn(&WorstData, usize) -> Request + Send + Sync + 'static,
    ) -> Case {
        Case { operation, maximum, ceiling: self, statuses: &[200], create: Arc::new(create) }
    }
}

impl Case {
    pub(super) fn with_statuses(self, statuses: &'static [u16]) -> Self {
        Self { statuses, ..self }
    }

    pub fn request(&self, data: &WorstData, nth: usize) -> Request {
        (self.create)(data, nth)
    }

    pub fn name(&self) -> String {
        format!("{}, {}", self.operation, self.maximum)
    }

    /// Whether it has a body of the largest size, which is refused.
    pub fn is_body(&self) -> bool {
        self.maximum.contains("KiB: ") || self.maximum.contains("MiB: ")
    }

    /// Whether its response is a stream, which does not end.
    pub fn is_stream(&self) -> bool {
        self.ceiling == Ceiling::Replay
    }
}

fn task(id: i64) -> String {
    format!("/api/v1/tasks/{id}/")
}

/// The longest idempotency key, a new one for each call.
fn key(operation: &str, nth: usize) -> String {
    format!("{operation}{nth:->width$}", width = 255 - operation.len())
}
