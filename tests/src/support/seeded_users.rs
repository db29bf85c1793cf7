//! Many users, created without hashing passwords and without logging in.

use std::fs;

use crate::commit::Commit;
use crate::fixtures::{creating, new_user, now};
use chrono::TimeDelta;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use leopard_adapters::security::JwtIssuer;
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::account::{Claims, NewUser, TokenKind};
use leopard_core::domain::id::UserId;
use leopard_core::port::TokenIssuer as _;

use super::postgres::new_database;
use super::workdir::Workdir;

/// The secret of their tokens.
pub const SECRET: &str = "a secret that the tests know as well";

/// How many users are created concurrently: as many as there are connections to `PostgreSQL`.
const CONCURRENT: usize = 24;

/// A user with an access token.
#[derive(Clone)]
pub struct Member {
    pub id: i64,
    pub token: String,
}

/// A working directory on an `SQLite` file with this number of users, and without `admin`.
pub async fn on_sqlite(settings: &[(&str, &str)], count: usize) -> (Workdir, Vec<Member>) {
    create(with_folder(Workdir::new(settings)), count).await
}

/// A working directory with the folder in which `SQLite` keeps its file.
pub(super) fn with_folder(workdir: Workdir) -> Workdir {
    let folder = workdir.path().join("leopard-data");
    fs::create_dir(folder).expect("a folder for the database");
    workdir
}

/// The same on a new PostgreSQL database.
pub async fn on_postgres(settings: &[(&str, &str)], count: usize) -> (Workdir, Vec<Member>) {
    on_database(&new_database().await, settings, count).await
}

/// The same on this database.
pub async fn on_database(
    url: &str,
    settings: &[(&str, &str)],
    count: usize,
) -> (Workdir, Vec<Member>) {
    let workdir = Workdir::new(settings).with("DATABASE_URL", url);
    create(workdir, count).await
}

/// Creates users in the database of a working directory.
pub(super) async fn create(workdir: Workdir, count: usize) -> (Workdir, Vec<Member>) {
    let created_at = now() - TimeDelta::minutes(1);
    let users = (0..count).map(|number| new_user(&username(number), created_at));
    let users = store(&workdir.database_url(), users).await;
    let members = users.into_iter().map(|user| Member { id: user.0, token: token(user) });
    (with_secret(workdir), members.collect())
}

/// Creates the schema and these users in the database of this URL, and returns their ids in order.
pub async fn store(url: &str, users: impl Iterator<Item = NewUser>) -> Vec<UserId> {
    let store = SqlStore::connect(url).await.expect("a database");
    leopard_migration::up(store.schema_connection()).await.expect("the schema");
    let created = stream::iter(users).map(|user| store.store(creating(user)));
    let created: Vec<_> = created.buffered(CONCURRENT).try_collect().await.expect("users");
    store.close().await.expect("the store closes");
    let mut ids: Vec<_> = created.into_iter().map(|user| user.id).collect();
    ids.sort_unstable();
    ids
}

/// A working directory in which their tokens are valid.
pub fn with_secret(workdir: Workdir) -> Workdir {
    workdir.with("LEOPARD_JWT_SECRET", SECRET)
}

/// The name of the user of this number, from 0.
pub fn username(number: usize) -> String {
    format!("member{number}")
}

/// An access token for two hours, signed with the secret of [`with_secret`].
pub fn token(user: UserId) -> String {
    let issuer = JwtIssuer::new(SECRET.as_bytes()).expect("a long secret");
    let now = now();
    let claims = Claims {
        kind: TokenKind::Access,
        user,
        session: None,
        id: Some(issuer.new_token_id()),
        issuer: None,
        issued_at: Some(now),
        not_before: None,
        expires_at: now + TimeDelta::hours(2),
    };
    issuer.issue(claims).expect("a token")
}
