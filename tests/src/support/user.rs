//! A logged-in user.

use crate::fixtures::credentials;

use super::leopard::Leopard;
use super::rest::Api;
use super::stream::EventStream;

/// A user with a pair of tokens.
pub struct User {
    pub id: i64,
    pub name: String,
    pub password: String,
    pub access: String,
    pub refresh: String,
    pub api: Api,
}

impl User {
    /// Creates the user on the command line, with these flags, and logs in.
    pub async fn create(leopard: &Leopard, name: &str, flags: &[&str]) -> Self {
        let password = Self::password(name);
        leopard.workdir().create_user(name, &password, flags).await;
        Self::log_in(leopard, name, &password).await
    }

    /// The password of a user that `create` makes.
    pub fn password(name: &str) -> String {
        format!("a password of {name}")
    }

    /// Logs in; the id is that of the first event of a stream, as in the guide.
    pub async fn log_in(leopard: &Leopard, name: &str, password: &str) -> Self {
        let pair = leopard.anonymous().post("/api/token/", credentials(name, password)).await;
        let pair = pair.expect(200);
        let token = |kind: &str| pair[kind].as_str().expect("a token").to_owned();
        let access = token("access");
        let stream = leopard.stream().bearer(&access).open().await;
        Self {
            id: stream.hello.data["user_id"].as_i64().expect("an id"),
            name: name.to_owned(),
            password: password.to_owned(),
            api: leopard.api(&access),
            refresh: token("refresh"),
            access,
        }
    }

    pub async fn follow(&self, leopard: &Leopard) -> EventStream {
        leopard.stream().bearer(&self.access).open().await
    }

    /// Opens a stream that resumes after a cursor.
    pub async fn resume(&self, leopard: &Leopard, cursor: &str) -> EventStream {
        let request = leopard.stream().bearer(&self.access);
        request.header("Last-Event-ID", cursor).open().await
    }
}
