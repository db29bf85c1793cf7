//! A house whose changes of users are written down and not done.

use std::sync::{Arc, Mutex};

use super::house::{House, credentials};
use crate::Failure;
use crate::domain::account::User;
use crate::domain::change::UserChange;
use crate::domain::idempotency::Outcome;
use crate::domain::page::Page;
use crate::port::UserQuery;
use crate::service::accounts::Accounts;

/// What was asked of the store.
#[derive(Clone, Default)]
pub(super) struct Ledger {
    changes: Arc<Mutex<Vec<UserChange>>>,
    queries: Arc<Mutex<Vec<UserQuery>>>,
}

impl Ledger {
    /// The service of this house, over a store of so many users that answers each change with this.
    pub(super) fn accounts(
        &self,
        house: &House,
        answer: Result<User, Failure>,
        total: u64,
    ) -> Accounts {
        let mut store = house.users();
        let changes = self.changes.clone();
        store.expect_commit().returning(move |change, _| {
            changes.lock().unwrap().push(change);
            answer.clone().map(Outcome::Created)
        });
        let queries = self.queries.clone();
        store.expect_list().returning(move |query| {
            let request = query.page;
            queries.lock().unwrap().push(query);
            Ok(Page { total, request, items: vec![] })
        });
        house.accounts_with(store)
    }

    pub(super) fn changes(&self) -> Vec<UserChange> {
        self.changes.lock().unwrap().clone()
    }

    pub(super) fn queries(&self) -> Vec<UserQuery> {
        self.queries.lock().unwrap().clone()
    }
}

/// The user whom the store answers with.
pub(super) fn ann() -> User {
    credentials(9, "ann", true).user
}

/// A user who may administer.
pub(super) fn staff() -> User {
    User { is_staff: true, ..credentials(1, "admin", true).user }
}
