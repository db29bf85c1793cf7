//! `leopard doctor`: checks a deployment from outside, through the proxies in front of it.
//!
//! `site` and `stream` send requests, `check` judges the responses, `examine` connects them.

mod base_url;
mod certificate;
mod check;
mod examine;
mod examine_stream;
mod log_file;
mod login;
pub mod report;
mod site;
mod sse;
mod stream;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use self::base_url::BaseUrl;
use self::examine::{CHECKS, Scope, examine};
use self::log_file::LogFile;
use self::login::Caller;
use self::report::Report;
use self::site::Site;
use super::input;
use super::output::warn;
use crate::cli_error::CliError;
use crate::config::origin;
use crate::wiring::system_clock;

#[derive(Args)]
#[command(
    after_help = "Without a token or a user, streams are not checked. With one, the command waits \
for a heartbeat of the server. It changes nothing there, and ignores proxy settings of the \
environment. For a private certificate authority, set SSL_CERT_FILE.

  leopard token admin | leopard doctor --token-stdin https://tasks.example.org

Exit codes: 0 no problem found (there may be warnings), 1 a problem, 2 the deployment cannot be \
reached, or the command line is wrong."
)]
pub struct Doctor {
    #[arg(help = "URL at which clients reach it, such as https://tasks.example.org")]
    url: String,
    #[command(flatten)]
    caller: CallerSource,
    /// Access log of the proxy, to check that it shows no token
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    #[arg(
        long,
        value_name = "ORIGIN",
        help = "Origin of pages that call the API, such as https://app.example.org"
    )]
    origin: Option<String>,
    /// Send the token or the password even if the certificate is self-signed
    #[arg(long)]
    insecure: bool,
    /// Print the findings as one JSON object at the end
    #[arg(long)]
    json: bool,
}

/// The user whose view to check. Secrets come from standard input.
#[derive(Args)]
struct CallerSource {
    /// Read an access token from standard input
    #[arg(long, conflicts_with = "user")]
    token_stdin: bool,
    /// Log in as this user, and out at the end; the terminal asks for the password
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long, requires = "user")]
    password_stdin: bool,
}

/// Exit code if the deployment cannot be checked.
const NOT_CHECKED: u8 = 2;

impl Doctor {
    pub async fn run(self) -> ExitCode {
        match self.examine().await {
            Ok(code) => code,
            Err(error) => {
                warn(error);
                ExitCode::from(NOT_CHECKED)
            }
        }
    }

    async fn examine(self) -> Result<ExitCode, CliError> {
        let base = BaseUrl::parse(&self.url).map_err(|why| CliError(format!("the URL {why}")))?;
        let access_log = self.access_log.as_deref().map(LogFile::open).transpose()?;
        let scope = Scope {
            caller: self.caller.read()?,
            page: self.origin.as_deref().map(page).transpose()?,
            access_log,
            is_insecure: self.insecure,
        };
        let url = base.to_string();
        let site = Site::new(base, system_clock())?;
        let mut report = Report::new(self.json, &CHECKS);
        let is_reached = examine(&site, scope, &mut report).await;
        report.finish(&url);
        Ok(match (is_reached, report.has_problems()) {
            (false, _) => ExitCode::from(NOT_CHECKED),
            (true, true) => ExitCode::FAILURE,
            (true, false) => ExitCode::SUCCESS,
        })
    }
}

/// The origin of a page as browsers send it.
fn page(text: &str) -> Result<String, CliError> {
    let must_be = "must be an origin such as https://app.example.org";
    origin(text).ok_or_else(|| CliError(format!("--origin \"{text}\" {must_be}")))
}

impl CallerSource {
    fn read(self) -> Result<Option<Caller>, CliError> {
        let unreadable = |what| move |error| CliError(format!("cannot read the {what}: {error}"));
        if self.token_stdin {
            let token = input::first_line().map_err(unreadable("token"))?;
            let token = token.trim();
            let is_token =
                !token.is_empty() && token.chars().all(|character| character.is_ascii_graphic());
            return if is_token {
                Ok(Some(Caller::Token(token.to_owned())))
            } else {
                Err(CliError("the first line of standard input must be a token".to_owned()))
            };
        }
        let Some(name) = self.user else {
            return Ok(None);
        };
        let password =
            if self.password_stdin { input::first_line() } else { input::ask("Password: ") };
        let password = password.map_err(unreadable("password"))?;
        Ok(Some(Caller::Password { name, password }))
    }
}
