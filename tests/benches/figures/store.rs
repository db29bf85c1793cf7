//! A database with many users, created without hashing passwords.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::account::{NewUser, Profile};
use leopard_core::domain::id::UserId;
use leopard_tests::commit::Commit;
use leopard_tests::fixtures::{creating, new_user, now};

/// How many users there are unless more are needed: 450 with idle streams, and those that work.
pub const USERS: usize = 500;
/// How many are created concurrently: as many as there are connections to `PostgreSQL`.
const AT_ONCE: usize = 24;

/// Creates the schema and the usual users in the database of this URL.
pub async fn users(url: &str) -> Vec<UserId> {
    create_users(url, USERS).await
}

/// The same with this number of users.
pub async fn create_users(url: &str, count: usize) -> Vec<UserId> {
    let store = SqlStore::connect(url).await.expect("a database");
    leopard_migration::up(store.schema_connection()).await.expect("schema");
    // Tokens have whole seconds: the users must be older.
    let created_at = now() - TimeDelta::hours(1);
    let users =
        stream::iter(0..count).map(|number| store.store(creating(user(number, created_at))));
    let made: Vec<_> = users.buffer_unordered(AT_ONCE).collect().await;
    let mut users: Vec<_> = made.into_iter().map(|user| user.expect("a user").id).collect();
    users.sort_unstable();
    store.close().await.expect("it closes");
    users
}

fn user(number: usize, created_at: DateTime<Utc>) -> NewUser {
    let profile = Profile::new(String::new(), "Ana".to_owned(), format!("No. {number}"));
    let profile = profile.expect("a profile");
    NewUser { profile, ..new_user(&format!("person{number}"), created_at) }
}
