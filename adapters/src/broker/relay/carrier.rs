use std::fmt;

use async_trait::async_trait;

use super::word::Word;
use crate::broker::local::Turnover;

/// Why there is no way to the other nodes, for the log.
#[derive(Debug)]
pub struct Lost(String);

impl Lost {
    /// For this reason, which must hold no secret.
    pub(in crate::broker) fn because(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What carries words between nodes.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Looks for a way to the other nodes, within seconds.
    async fn connect(&self) -> Result<Line, Lost>;
}

/// A way to the other nodes, until one of its parts says that it is lost.
pub struct Line {
    /// Speaks to them.
    pub speaker: Box<dyn Speaker>,
    /// Hears them, and this node too.
    pub listener: Box<dyn Listener>,
    /// Says whose updates are to be heard; none where everybody's are.
    pub tuner: Option<Box<dyn Tuner>>,
}

/// Speaks to all nodes.
#[async_trait]
pub trait Speaker: Send {
    /// Says all of these, within seconds.
    async fn say(&mut self, words: &[Word]) -> Result<(), Lost>;
}

/// Hears what is said.
#[async_trait]
pub trait Listener: Send {
    /// Waits for the next words.
    async fn hear(&mut self) -> Result<Vec<Word>, Lost>;
}

/// Hears the updates of some users only.
#[async_trait]
pub trait Tuner: Send {
    /// Once this has returned, the updates of those who have come are heard, and of those who have
    /// gone not any more.
    async fn tune(&mut self, turnover: &Turnover) -> Result<(), Lost>;
}
