//! The broker between nodes.

use clap::ValueEnum;

use super::database::{Database, SecretUrl};
use crate::cli_error::CliError;

/// What carries mailbox updates between nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broker {
    /// Nothing: there is a single node.
    Local,
    Redis(SecretUrl),
    /// The database itself, at this URL.
    Postgres(SecretUrl),
}

/// The setting: a broker, or the best one that is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrokerChoice {
    Auto,
    Local,
    Redis,
    Postgres,
}

impl Broker {
    /// The name of the kind, without the URL.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Redis(_) => "redis",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Picks the broker of a choice.
    ///
    /// # Errors
    /// If the setting that the choice needs is missing.
    pub fn choose(
        choice: BrokerChoice,
        redis: Option<SecretUrl>,
        database: &Database,
    ) -> Result<Self, CliError> {
        match (choice, redis, database) {
            (BrokerChoice::Auto | BrokerChoice::Redis, Some(url), _) => Ok(Self::Redis(url)),
            (BrokerChoice::Redis, None, _) => Err(CliError(
                "LEOPARD_BROKER is redis, but REDIS_URL is not set: set it to \
                 redis://[USER:PASSWORD@]HOST[:PORT], or choose another broker"
                    .to_owned(),
            )),
            (BrokerChoice::Auto | BrokerChoice::Postgres, _, Database::Postgres(url)) => {
                Ok(Self::Postgres(url.clone()))
            }
            (BrokerChoice::Postgres, _, _) => Err(CliError(
                "LEOPARD_BROKER is postgres, but DATABASE_URL is not a PostgreSQL database: set \
                 it to postgres://…, or choose another broker"
                    .to_owned(),
            )),
            (BrokerChoice::Local, _, _) | (BrokerChoice::Auto, None, _) => Ok(Self::Local),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(word: &str, redis: Option<&str>, database: &str) -> Result<Broker, CliError> {
        let choice = BrokerChoice::from_str(word, false).unwrap();
        let redis = redis.map(|url| SecretUrl(url.to_owned()));
        let database = Database::parse(database).unwrap();
        Broker::choose(choice, redis, &database)
    }

    const REDIS: &str = "redis://:hunter2@localhost";
    const POSTGRES: &str = "postgres://localhost/leopard";

    #[test]
    fn auto_prefers_redis_then_postgres_then_local() {
        let redis = Ok(Broker::Redis(SecretUrl(REDIS.to_owned())));
        let postgres = Ok(Broker::Postgres(SecretUrl(POSTGRES.to_owned())));
        for (word, url, database, expected) in [
            ("auto", Some(REDIS), POSTGRES, &redis),
            ("auto", Some(REDIS), "sqlite:x.db", &redis),
            ("auto", None, POSTGRES, &postgres),
            ("auto", None, "sqlite:x.db", &Ok(Broker::Local)),
            ("auto", None, "memory:", &Ok(Broker::Local)),
            ("local", Some(REDIS), POSTGRES, &Ok(Broker::Local)),
            ("redis", Some(REDIS), POSTGRES, &redis),
            ("postgres", Some(REDIS), POSTGRES, &postgres),
        ] {
            assert_eq!(&chosen(word, url, database), expected, "{word} {database}");
        }
    }

    #[test]
    fn broker_without_its_setting_is_refused_by_name() {
        for (word, database, missing) in [
            ("redis", POSTGRES, "REDIS_URL"),
            ("postgres", "sqlite:x.db", "DATABASE_URL"),
            ("postgres", "memory:", "DATABASE_URL"),
        ] {
            let error = chosen(word, None, database).unwrap_err().0;
            assert!(error.contains(missing), "{error}");
        }
    }

    #[test]
    fn broker_debug_hides_the_url() {
        let broker = chosen("redis", Some(REDIS), POSTGRES).unwrap();
        assert!(!format!("{broker:?}").contains("hunter2"));
    }
}
