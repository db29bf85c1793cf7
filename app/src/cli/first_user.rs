//! The administrator that the first start creates.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use leopard_core::domain::account::{Password, UserKind};
use leopard_core::service::accounts::NewUserTexts;

use super::output::print;
use crate::cli_error::CliError;
use crate::config::{Config, Database, LogFormat};
use crate::wiring::Node;
use crate::{private_file, random};

/// The name of the user that the first start creates.
pub const FIRST_USER: &str = "admin";
/// File of the password, unless a terminal shows it.
const PASSWORD_FILE: &str = "initial-admin-password";

/// Creates a staff user if there is no user at all. A terminal shows the password once. Anything else (a
/// journal, the log of a container) keeps its lines, so then the password goes into a file.
pub async fn create_first_user(node: &Node, config: &Config) -> Result<(), CliError> {
    let password = random::text(20)?;
    let texts = NewUserTexts {
        kind: UserKind::Person,
        username: FIRST_USER.to_owned(),
        password: Some(Password::new(password.clone())),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: true,
    };
    let created = node.core.accounts.create_first_user(texts.read()?).await?;
    if created.is_none() {
        return Ok(());
    }
    if std::io::stdout().is_terminal() {
        print(format!(
            "Created the user \"{FIRST_USER}\" with the password \"{password}\". \
             It is shown only this once."
        ));
    } else {
        keep(&password, &password_file(&config.database), config.settings.log_format);
    }
    Ok(())
}

/// Beside an `SQLite` file, else in the working directory.
fn password_file(database: &Database) -> PathBuf {
    let folder = database.folder().unwrap_or(Path::new("."));
    let path = folder.join(PASSWORD_FILE);
    std::path::absolute(&path).unwrap_or(path)
}

/// Writes the password into the file. The user exists already, so a failure does not stop the start.
fn keep(password: &str, path: &Path, format: LogFormat) {
    let shown = path.display();
    match (private_file::write(path, format!("{password}\n").as_bytes()), format) {
        (Ok(()), LogFormat::Text) => print(format!(
            "Created the user \"{FIRST_USER}\". The password is in \"{shown}\": \
             read it, then delete the file."
        )),
        (Ok(()), LogFormat::Json) => {
            tracing::warn!(user = FIRST_USER, password_file = %shown, "created the first user");
        }
        (Err(error), format) => {
            tracing::error!(path = %shown, %error, "cannot write the password of the first user");
            let remedy = format!(
                "Created the user \"{FIRST_USER}\". The password could not be kept: set one with \
                 \"leopard user set-password {FIRST_USER}\"."
            );
            match format {
                LogFormat::Text => print(remedy),
                LogFormat::Json => tracing::error!("{remedy}"),
            }
        }
    }
}
