//! Says so when a transaction stays open in PostgreSQL: until it ends, each look at what the log
//! gained reads again whatever came since it began.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a transaction may stay open before somebody should know.
const LONG: Duration = Duration::from_mins(1);

/// The oldest open transaction, as the looks have seen it.
#[derive(Debug, Default)]
pub(in crate::sql) struct LongTransaction(Mutex<Option<Oldest>>);

#[derive(Debug)]
struct Oldest {
    transaction: i64,
    since: Instant,
    is_told: bool,
}

impl LongTransaction {
    /// A look has seen this one as the oldest that is open, or none.
    pub(in crate::sql) fn seen(&self, oldest: Option<i64>) {
        if self.is_worth_telling(oldest, Instant::now()) {
            tracing::warn!(
                transaction = oldest,
                "a transaction has been open on the database's server for a minute; until it ends, \
                 each sweep reads again what the log gained since"
            );
        }
    }

    /// Whether it has lasted long and was not told of yet.
    fn is_worth_telling(&self, oldest: Option<i64>, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&mut *known, oldest) {
            (Some(known), Some(oldest)) if known.transaction == oldest => {
                let is_news = !known.is_told && now.duration_since(known.since) >= LONG;
                known.is_told |= is_news;
                is_news
            }
            _ => {
                *known = oldest.map(|transaction| Oldest {
                    transaction,
                    since: now,
                    is_told: false,
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
    fn a_transaction_that_stays_open_is_told_of_once_and_the_next_one_again() {
        let long_transaction = LongTransaction::default();
        let begin = Instant::now();
        let mut told = vec![];
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
            if long_transaction.is_worth_telling(oldest, begin + Duration::from_secs(seconds)) {
                told.push(seconds);
            }
        }
        assert_eq!(told, [60, 190]);
    }

    #[test]
    fn where_nothing_is_open_nothing_is_told() {
        let long_transaction = LongTransaction::default();
        let begin = Instant::now();
        assert!(!long_transaction.is_worth_telling(None, begin));
        assert!(!long_transaction.is_worth_telling(None, begin + 2 * LONG));
    }
}
