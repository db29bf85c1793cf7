//! `leopard user`

use std::io::IsTerminal as _;

use clap::{Args, Subcommand};
use leopard_core::domain::account::{Password, UserKind};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::service::accounts::{Accounts, NewUserTexts};

use super::input;
use super::output::print;
use crate::cli_error::CliError;
use crate::random;
use crate::schema::SchemaPolicy;

#[derive(Subcommand)]
pub enum Action {
    /// Create a user
    Create {
        /// Unique user name
        name: String,
        /// Make the user an administrator
        #[arg(long)]
        staff: bool,
        /// Make the user a service, which has no password and uses API keys
        #[arg(long, conflicts_with = "password_stdin")]
        service: bool,
        /// E-mail address
        #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
        email: String,
        /// First name
        #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
        first_name: String,
        /// Last name
        #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
        last_name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all users
    List,
    /// Set a user's password and end all earlier logins
    SetPassword {
        /// User name
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Deactivate a user; tokens and streams end within 5 seconds
    Deactivate {
        /// User name
        name: String,
    },
}

/// Source of a new password. Without the flag, a terminal asks for it; without a terminal, the command
/// generates one and prints it.
#[derive(Args)]
pub struct PasswordSource {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Action {
    pub fn schema_policy(&self) -> SchemaPolicy {
        match self {
            Self::Create { .. } => SchemaPolicy::CreateIfEmpty,
            _ => SchemaPolicy::Require,
        }
    }

    pub async fn run(self, accounts: &Accounts) -> Result<(), CliError> {
        match self {
            Self::Create { name, staff, service, email, first_name, last_name, password } => {
                let password = if service { None } else { Some(password.read()?) };
                let texts = NewUserTexts {
                    kind: if service { UserKind::Service } else { UserKind::Person },
                    username: name,
                    password: password.as_ref().map(|chosen| Password::new(chosen.text.clone())),
                    email,
                    first_name,
                    last_name,
                    is_staff: staff,
                };
                let user = accounts.create_user_as_operator(texts.read()?).await?;
                print(format!("Created the user \"{}\" with id {}.", user.username, user.id));
                if let Some(password) = password {
                    password.print_if_generated();
                }
            }
            Self::List => list(accounts).await?,
            Self::SetPassword { name, password } => {
                let chosen = password.read()?;
                let offered = Password::new(chosen.text.clone());
                let user = accounts.set_password(name, offered).await?;
                print(format!("Changed the password of \"{}\".", user.username));
                chosen.print_if_generated();
            }
            Self::Deactivate { name } => {
                let user = accounts.deactivate(name).await?;
                print(format!("Deactivated the user \"{}\".", user.username));
            }
        }
        Ok(())
    }
}

async fn list(accounts: &Accounts) -> Result<(), CliError> {
    print("id\tusername\tactive\tstaff\tfull name\te-mail\tkind\texternal id");
    for number in 1.. {
        let page: Page<_> =
            accounts.list_users(PageRequest::new(number, PageRequest::MAX_SIZE)?).await?;
        for user in &page.items {
            let yes_no = |yes| if yes { "yes" } else { "no" };
            print(format!(
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                user.id,
                user.username,
                yes_no(user.is_active),
                yes_no(user.is_staff),
                user.full_name(),
                user.email,
                user.kind.as_str(),
                user.external_id.as_deref().unwrap_or_default()
            ));
        }
        if !page.has_next() {
            break;
        }
    }
    Ok(())
}

struct ChosenPassword {
    text: String,
    is_generated: bool,
}

impl ChosenPassword {
    fn print_if_generated(&self) {
        if self.is_generated {
            print(format!("The password is \"{}\". It is shown only this once.", self.text));
        }
    }
}

impl PasswordSource {
    fn read(&self) -> Result<ChosenPassword, CliError> {
        let unreadable = |error| CliError(format!("cannot read the password: {error}"));
        let is_generated = !self.password_stdin && !std::io::stdin().is_terminal();
        let text = if self.password_stdin {
            input::first_line().map_err(unreadable)?
        } else if is_generated {
            random::text(20)?
        } else {
            let text = input::ask("Password: ").map_err(unreadable)?;
            if input::ask("Password again: ").map_err(unreadable)? != text {
                return Err(CliError("the two passwords differ".to_owned()));
            }
            text
        };
        Ok(ChosenPassword { text, is_generated })
    }
}
