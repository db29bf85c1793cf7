//! A database with many users, made without their passwords' work.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use leopard_adapters::sql::SqlStore;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::change::UserChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::password::PasswordHash;
use leopard_core::domain::profile::Profile;
use leopard_core::domain::user::{NewUser, Username};
use leopard_core::port::{Clock as _, UserRepository as _};
use tokio::task::JoinSet;

/// How many users there are: 450 with idle streams, and those that work.
pub const PEOPLE: usize = 500;

/// Makes the schema and the users in the database of this URL.
pub async fn people(url: &str) -> Vec<UserId> {
    let store = SqlStore::connect(url).await.expect("a database");
    let store = Arc::new(store);
    leopard_migration::up(store.writer()).await.expect("schema");
    // Tokens count whole seconds: the users are older than theirs.
    let created_at = SystemClock.now() - TimeDelta::hours(1);
    let mut made = JoinSet::new();
    for number in 0..PEOPLE {
        let store = store.clone();
        made.spawn(async move {
            let change = UserChange::Create(person(number, created_at));
            store.commit(change).await.expect("a user").id
        });
    }
    let mut people = made.join_all().await;
    people.sort_unstable();
    store.close().await.expect("it closes");
    people
}

fn person(number: usize, created_at: chrono::DateTime<Utc>) -> NewUser {
    let profile = Profile::new(String::new(), "Ana".to_owned(), format!("No. {number}"));
    NewUser {
        username: Username::new(format!("person{number}")).expect("a name"),
        // Of no password: nobody logs in.
        password: PasswordHash("none".to_owned()),
        profile: profile.expect("a profile"),
        is_staff: false,
        created_at,
    }
}
