//! Periodic work as data: the application runs it with the timers of its runtime.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::Failure;

/// The future of one run.
pub type Run<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Work to run periodically, never twice at the same time.
pub struct BackgroundWork {
    /// The name for logs.
    pub name: &'static str,
    /// The time between two runs.
    pub period: Duration,
    job: Box<dyn Job>,
}

impl BackgroundWork {
    pub(crate) fn new<S: Send + 'static>(
        name: &'static str,
        period: Duration,
        state: S,
        run: for<'a> fn(&'a mut S) -> Run<'a>,
    ) -> Self {
        Self { name, period, job: Box::new((state, run)) }
    }

    /// Runs it once.
    ///
    /// # Errors
    ///
    /// Whatever the work failed with. Nothing is lost: the next run makes up for it.
    pub async fn run(&mut self) -> Result<(), Failure> {
        self.job.run().await
    }
}

impl fmt::Debug for BackgroundWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BackgroundWork({}, {:?})", self.name, self.period)
    }
}

trait Job: Send {
    fn run(&mut self) -> Run<'_>;
}

impl<S: Send> Job for (S, for<'a> fn(&'a mut S) -> Run<'a>) {
    fn run(&mut self) -> Run<'_> {
        (self.1)(&mut self.0)
    }
}
