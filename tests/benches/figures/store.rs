//! A database with many users, made without their passwords' work.

use chrono::{TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use leopard_adapters::sql::SqlStore;
use leopard_adapters::system::SystemClock;
use leopard_core::domain::account::{NewUser, PasswordHash, Profile, Username};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::port::Clock as _;
use leopard_tests::commit::Commit;

/// How many users there are unless more are needed: 450 with idle streams, and those that work.
pub const USERS: usize = 500;
/// How many are made at once: as many as there are connections to `PostgreSQL`.
const AT_ONCE: usize = 24;

/// Makes the schema and the usual users in the database of this URL.
pub async fn users(url: &str) -> Vec<UserId> {
    create_users(url, USERS).await
}

/// The same with so many users.
pub async fn create_users(url: &str, count: usize) -> Vec<UserId> {
    let store = SqlStore::connect(url).await.expect("a database");
    leopard_migration::up(store.schema_connection()).await.expect("schema");
    // Tokens count whole seconds: the users are older than theirs.
    let created_at = SystemClock.now() - TimeDelta::hours(1);
    let users = stream::iter(0..count).map(|number| {
        let change =
            UserChange::Create { user: user(number, created_at), by: Administrator::Operator };
        store.store(change)
    });
    let made: Vec<_> = users.buffer_unordered(AT_ONCE).collect().await;
    let mut users: Vec<_> = made.into_iter().map(|user| user.expect("a user").id).collect();
    users.sort_unstable();
    store.close().await.expect("it closes");
    users
}

fn user(number: usize, created_at: chrono::DateTime<Utc>) -> NewUser {
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
