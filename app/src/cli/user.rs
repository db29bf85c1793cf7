//! `leopard user`

use clap::{Args, Subcommand};
use leopard_core::domain::account::Password;
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::service::accounts::{Accounts, NewUserTexts};

use super::output::print;
use super::{QuietSettings, input, with_node};
use crate::cli_error::CliError;
use crate::random;
use crate::schema::SchemaPolicy;

#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    settings: QuietSettings,
}

#[derive(Subcommand)]
enum Action {
    /// Make a user
    Create {
        /// Unique name
        name: String,
        /// Allow the user to administer
        #[arg(long)]
        staff: bool,
        #[arg(long, value_name = "E", default_value = "", hide_default_value = true)]
        email: String,
        #[arg(long, value_name = "F", default_value = "", hide_default_value = true)]
        first_name: String,
        #[arg(long, value_name = "L", default_value = "", hide_default_value = true)]
        last_name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all users
    List,
    /// Give a user another password; logins from before end
    SetPassword {
        /// Whose
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Shut a user out; tokens and streams end within 5 seconds
    Deactivate {
        /// Whom
        name: String,
    },
}

/// Where a new password comes from. Without a flag it is asked for on a terminal; where there is
/// none, one is made and printed.
#[derive(Args)]
struct PasswordSource {
    /// Read the password from standard input, up to the end of the line
    #[arg(long)]
    password_stdin: bool,
}

impl User {
    pub async fn run(self) -> Result<(), CliError> {
        let policy = match self.action {
            Action::Create { .. } => SchemaPolicy::CreateIfEmpty,
            _ => SchemaPolicy::Require,
        };
        with_node(&self.settings, policy, async |node| {
            self.action.run(&node.accounts).await
        })
        .await
    }
}

impl Action {
    async fn run(self, accounts: &Accounts) -> Result<(), CliError> {
        match self {
            Self::Create {
                name,
                staff,
                email,
                first_name,
                last_name,
                password,
            } => {
                let chosen = password.read()?;
                let texts = NewUserTexts {
                    username: name,
                    password: Password::offered(chosen.text.clone()),
                    email,
                    first_name,
                    last_name,
                    is_staff: staff,
                };
                let user = accounts.create_user_as_operator(texts.read()?).await?;
                print(format!(
                    "Created the user \"{}\" with id {}.",
                    user.username, user.id
                ));
                chosen.say_if_made();
            }
            Self::List => list(accounts).await?,
            Self::SetPassword { name, password } => {
                let chosen = password.read()?;
                let offered = Password::offered(chosen.text.clone());
                let user = accounts.set_password(name, offered).await?;
                print(format!("\"{}\" has a new password.", user.username));
                chosen.say_if_made();
            }
            Self::Deactivate { name } => {
                let user = accounts.deactivate(name).await?;
                print(format!("\"{}\" is shut out.", user.username));
            }
        }
        Ok(())
    }
}

async fn list(accounts: &Accounts) -> Result<(), CliError> {
    print("id\tusername\tactive\tstaff\tfull name\te-mail");
    for number in 1.. {
        let page: Page<_> = accounts
            .list_users(PageRequest::new(number, PageRequest::MAX_SIZE)?)
            .await?;
        for user in &page.items {
            let yes_no = |yes| if yes { "yes" } else { "no" };
            print(format!(
                "{}\t{}\t{}\t{}\t{}\t{}",
                user.id,
                user.username,
                yes_no(user.is_active),
                yes_no(user.is_staff),
                user.full_name(),
                user.email
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
    made: bool,
}

impl ChosenPassword {
    fn say_if_made(&self) {
        if self.made {
            print(format!(
                "The password is \"{}\". It is shown only this once.",
                self.text
            ));
        }
    }
}

impl PasswordSource {
    fn read(&self) -> Result<ChosenPassword, CliError> {
        let unreadable = |error| CliError(format!("cannot read the password: {error}"));
        if self.password_stdin {
            let text = input::first_line().map_err(unreadable)?;
            return Ok(ChosenPassword { text, made: false });
        }
        if !input::is_terminal() {
            return Ok(ChosenPassword {
                text: random::text(20)?,
                made: true,
            });
        }
        let text = input::ask("Password: ").map_err(unreadable)?;
        if input::ask("Password again: ").map_err(unreadable)? != text {
            return Err(CliError("the two passwords differ".to_owned()));
        }
        Ok(ChosenPassword { text, made: false })
    }
}
