//! A database with many users, created without hashing passwords.

use chrono::TimeDelta;
use leopard_core::domain::account::{NewUser, Profile};
use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::{new_user, now};
use leopard_tests::support::seeded_users;

/// How many users there are unless more are needed: so many that a cache of few users does not help.
pub const USERS: usize = 6_000;

/// Creates the schema and the usual users in the database of this URL.
pub async fn users(url: &str) -> Vec<UserId> {
    create_users(url, USERS).await
}

/// The same with this number of users.
pub async fn create_users(url: &str, count: usize) -> Vec<UserId> {
    // Tokens have whole seconds: the users must be older.
    let created_at = now() - TimeDelta::hours(1);
    let users = (0..count).map(|number| {
        let profile = Profile::new(String::new(), "Ana".to_owned(), format!("No. {number}"));
        let profile = profile.expect("a profile");
        NewUser { profile, ..new_user(&format!("person{number}"), created_at) }
    });
    seeded_users::store(url, users).await
}
