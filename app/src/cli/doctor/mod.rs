//! `leopard doctor`: looks at a deployment from outside, through whatever stands before it.
//!
//! `look` asks, `check` judges, `examine` brings both together.

mod answer;
mod base;
mod check;
mod examine;
pub mod finding;
mod look;
pub mod report;
mod sse;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use self::base::BaseUrl;
use self::examine::{Caller, Reached, Wanted, examine};
use self::look::log_file::LogFile;
use self::look::site::Site;
use self::report::Report;
use super::input;
use super::output::print_error;
use crate::cli_error::CliError;
use crate::config::origin;
use crate::wiring::system_clock;

#[derive(Args)]
#[command(
    after_help = "Without a caller, streams are not looked at. With one, it takes as long as a \
heartbeat of the server. Nothing is changed there. Proxies of the environment are not used; an \
authority of certificates that is not the machine's is named by SSL_CERT_FILE.

  leopard token admin | leopard doctor --token-stdin https://tasks.example.org

Exit codes: 0 no problem was found (warnings are none), 1 there is a problem, 2 the deployment \
cannot be reached, or the command is wrong."
)]
pub struct Doctor {
    #[arg(help = "Where browsers and programs reach it, such as https://tasks.example.org")]
    url: String,
    #[command(flatten)]
    caller: CallerSource,
    /// The access log of what stands before Leopard: is the token of a stream in it?
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    #[arg(
        long,
        value_name = "ORIGIN",
        help = "The origin of pages that are to call the API, such as https://app.example.org"
    )]
    origin: Option<String>,
    /// Send the token or the password even where the certificate is self-signed
    #[arg(long)]
    insecure: bool,
    /// Print the findings as one JSON object, at the end
    #[arg(long)]
    json: bool,
}

/// Whose eyes to look with. No secret stands on the command line.
#[derive(Args)]
struct CallerSource {
    /// Read an access token from standard input
    #[arg(long, conflicts_with = "user")]
    token_stdin: bool,
    /// Log in as this user, and out at the end; the password is asked for on the terminal
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from standard input, up to the end of the line
    #[arg(long, requires = "user")]
    password_stdin: bool,
}

/// The deployment cannot be asked, or not this way.
const CANNOT_ASK: u8 = 2;

impl Doctor {
    pub async fn run(self) -> ExitCode {
        match self.examine().await {
            Ok(code) => code,
            Err(error) => {
                print_error(&error);
                ExitCode::from(CANNOT_ASK)
            }
        }
    }

    async fn examine(self) -> Result<ExitCode, CliError> {
        let base = BaseUrl::parse(&self.url).map_err(|why| CliError(format!("the URL: {why}")))?;
        let access_log = self.access_log.as_deref().map(LogFile::open).transpose()?;
        let wanted = Wanted {
            caller: self.caller.read()?,
            page: self.origin.as_deref().map(page).transpose()?,
            access_log,
            is_insecure: self.insecure,
        };
        let url = base.to_string();
        let site = Site::new(base, system_clock())?;
        let mut report = Report::new(self.json);
        let reached = examine(&site, wanted, &mut report).await;
        report.finish(&url);
        Ok(match reached {
            Reached::No => ExitCode::from(CANNOT_ASK),
            Reached::Yes if report.has_problems() => ExitCode::FAILURE,
            Reached::Yes => ExitCode::SUCCESS,
        })
    }
}

/// The origin of a page, as browsers write it.
fn page(text: &str) -> Result<String, CliError> {
    let wanted = "no origin such as https://app.example.org";
    origin(text).ok_or_else(|| CliError(format!("--origin \"{text}\" is {wanted}")))
}

impl CallerSource {
    fn read(self) -> Result<Option<Caller>, CliError> {
        let unreadable = |what| move |error| CliError(format!("cannot read the {what}: {error}"));
        if self.token_stdin {
            let token = input::first_line().map_err(unreadable("token"))?;
            let token = token.trim();
            let is_token = !token.is_empty() && token.chars().all(|sign| sign.is_ascii_graphic());
            return if is_token {
                Ok(Some(Caller::Token(token.to_owned())))
            } else {
                Err(CliError("standard input begins with no token".to_owned()))
            };
        }
        let Some(name) = self.user else {
            return Ok(None);
        };
        let password = if self.password_stdin {
            input::first_line()
        } else {
            input::ask("Password: ")
        };
        let password = password.map_err(unreadable("password"))?;
        Ok(Some(Caller::Password { name, password }))
    }
}
