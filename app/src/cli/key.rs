//! `leopard key`

use chrono::{DateTime, Utc};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use leopard_core::Failure;
use leopard_core::domain::account::{ApiKey, KeyLabel, PresentedKey, Scope, Scopes};
use leopard_core::domain::id::ApiKeyId;
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::service::accounts::{Accounts, KeyRequest};

use super::output::print;
use super::time;
use crate::cli_error::CliError;

#[derive(Subcommand)]
pub enum Action {
    /// Create an API key for a user and print it
    Create {
        /// User name
        user: String,
        /// Label, by which the key is recognized
        #[arg(long, value_name = "LABEL")]
        name: String,
        /// What the key permits; give it several times for several scopes
        #[arg(long, required = true, value_name = "SCOPE", value_parser = scopes())]
        scope: Vec<String>,
        /// When the key expires: a time, or a duration from now such as 90d; never by default
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
    },
    /// List API keys that are not revoked
    List {
        /// User name; the keys of all users by default
        user: Option<String>,
    },
    /// Revoke an API key; its streams end within 5 seconds
    Revoke {
        /// Id of the key, which `leopard key list` prints
        id: i64,
    },
}

fn scopes() -> PossibleValuesParser {
    PossibleValuesParser::new(Scope::ALL.map(Scope::as_str))
}

impl Action {
    pub async fn run(self, accounts: &Accounts) -> Result<(), CliError> {
        match self {
            Self::Create { user, name, scope, expires } => {
                let now = accounts.clock.now();
                let request = KeyRequest {
                    name: KeyLabel::new(name).map_err(|error| Failure::field("name", error))?,
                    scopes: scope.iter().filter_map(|name| Scope::parse(name)).collect(),
                    expires_at: expires
                        .map(|text| time::parse("expires", &text, now))
                        .transpose()?,
                };
                let created = accounts.create_key_as_operator(user, request).await?;
                if let Some(key) = created.presented.map(PresentedKey::into_text) {
                    print(key);
                }
            }
            Self::List { user } => list(accounts, user).await?,
            Self::Revoke { id } => {
                let revoked = accounts.revoke_key_as_operator(ApiKeyId(id)).await;
                let key = revoked.map_err(|failure| match failure {
                    Failure::NotFound => CliError(format!("there is no API key with the id {id}")),
                    other => other.into(),
                })?;
                print(format!("Revoked the API key {} \"{}\".", key.id, key.name));
            }
        }
        Ok(())
    }
}

async fn list(accounts: &Accounts, user: Option<String>) -> Result<(), CliError> {
    print("id\tuser id\tprefix\tname\tscopes\tcreated\texpires\tlast used");
    for number in 1.. {
        let page = PageRequest::new(number, PageRequest::MAX_SIZE)?;
        let page: Page<_> = accounts.list_keys_as_operator(user.clone(), page).await?;
        for key in &page.items {
            print(line(key));
        }
        if !page.has_next() {
            break;
        }
    }
    Ok(())
}

fn line(key: &ApiKey) -> String {
    let date = |date: Option<DateTime<Utc>>| match date {
        Some(date) => date.format("%FT%TZ").to_string(),
        None => "never".to_owned(),
    };
    format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        key.id,
        key.user,
        key.prefix(),
        key.name,
        names(&key.scopes),
        date(Some(key.created_at)),
        date(key.expires_at),
        date(key.last_used_at)
    )
}

fn names(scopes: &Scopes) -> String {
    let names: Vec<_> = scopes.iter().map(Scope::as_str).collect();
    names.join(",")
}
