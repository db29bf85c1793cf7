//! Background tasks of a test.

use tokio::task::JoinHandle;

/// A background task that is aborted when this is dropped.
pub struct Background(JoinHandle<()>);

impl Background {
    /// Starts the task.
    #[expect(clippy::disallowed_methods, reason = "aborted with the test")]
    pub fn start(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}
