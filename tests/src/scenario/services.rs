//! The core over a store, with a clock that only the scenario moves.

use chrono::{DateTime, Utc};
use leopard_core::Settings;
use leopard_testkit::fixtures::at;
use leopard_testkit::{Backend, TestCore};

/// The core over a store, without a limit of new tasks per minute.
pub fn core_over(backend: Backend) -> TestCore {
    let mut settings = Settings::default();
    settings.tasks_per_minute = 0;
    TestCore::over(backend, &settings)
}

/// The time this number of minutes after the scenario began.
pub fn moment(minutes: i64) -> DateTime<Utc> {
    at(60 * minutes)
}
