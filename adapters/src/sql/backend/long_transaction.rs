//! Warns about a transaction that stays open in PostgreSQL: until it ends, each read of the change feed
//! repeats every change since that transaction began.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a transaction may stay open before a warning is logged.
const LONG: Duration = Duration::from_mins(1);

/// The oldest open transaction that the change feed has seen.
#[derive(Debug, Default)]
pub(in crate::sql) struct LongTransaction(Mutex<Option<Oldest>>);

#[derive(Debug)]
struct Oldest {
    transaction: i64,
    since: Instant,
    is_reported: bool,
}

impl LongTransaction {
    /// Records the oldest open transaction of one read, and warns once when it has lasted long.
    pub(in crate::sql) fn seen(&self, oldest: Option<i64>) {
        if self.must_report(oldest, Instant::now()) {
            tracing::warn!(
                transaction = oldest,
                "a transaction has been open on the database server for a minute; until it ends, \
                 the change feed repeats everything since it began"
            );
        }
    }

    /// Whether it has lasted long and was not reported yet.
    fn must_report(&self, oldest: Option<i64>, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&mut *known, oldest) {
            (Some(known), Some(oldest)) if known.transaction == oldest => {
                let is_due = !known.is_reported && now.duration_since(known.since) >= LONG;
                known.is_reported |= is_due;
                is_due
            }
            _ => {
                *known = oldest.map(|transaction| Oldest {
                    transaction,
                    since: now,
                    is_reported: false,
                });
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_that_stays_open_is_reported_of_once_and_the_next_one_again() {
        let long_transaction = LongTransaction::default();
        let begin = Instant::now();
        let mut reported = vec![];
        let seen = [
            (0, Some(7)),
            (59, Some(7)),
            (60, Some(7)),
            (61, Some(7)),
            (90, None),
            (100, Some(8)),
            (130, Some(9)),
            (189, Some(9)),
            (190, Some(9)),
        ];
        for (seconds, oldest) in seen {
            if long_transaction.must_report(oldest, begin + Duration::from_secs(seconds)) {
                reported.push(seconds);
            }
        }
        assert_eq!(reported, [60, 190]);
    }

    #[test]
    fn where_nothing_is_open_nothing_is_reported() {
        let long_transaction = LongTransaction::default();
        let begin = Instant::now();
        assert!(!long_transaction.must_report(None, begin));
        assert!(!long_transaction.must_report(None, begin + 2 * LONG));
    }
}
