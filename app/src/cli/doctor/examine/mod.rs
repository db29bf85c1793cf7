//! The order of the looks: each asks the deployment and gives what it saw to the checks.

mod account;
mod anonymous;
mod log;
mod streams;

use super::answer::Answer;
use super::check::encryption::Certificate;
use super::check::{
    access_log, clock, compression, first_event, forged_headers, heartbeat, links, resume,
    second_stream, stream_headers, token,
};
use super::finding::Finding;
use super::look::log_file::LogFile;
use super::look::login::Login;
use super::look::site::{Site, Trouble};
use super::report::Report;

/// What somebody wants to be looked at.
pub struct Wanted {
    pub caller: Option<Caller>,
    /// The origin of a page that is to call the API.
    pub page: Option<String>,
    pub access_log: Option<LogFile>,
    /// Whether secrets are sent although the certificate is self-signed.
    pub is_insecure: bool,
}

/// Who is to be seen from.
pub enum Caller {
    Token(String),
    Password { name: String, password: String },
}

/// Whether anything could be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    Yes,
    No,
}

/// What needs a caller.
const OF_A_CALLER: [&str; 10] = [
    token::CHECK,
    links::CHECK,
    forged_headers::CHECK,
    access_log::CHECK,
    stream_headers::CHECK,
    compression::CHECK,
    first_event::CHECK,
    second_stream::CHECK,
    resume::CHECK,
    heartbeat::CHECK,
];

/// Looks at everything.
pub async fn examine(site: &Site, wanted: Wanted, report: &mut Report) -> Reached {
    let health = match anonymous::arrive(site, report).await {
        Ok(health) => health,
        Err(reached) => return reached,
    };
    anonymous::look(site, &health, wanted.page.as_deref(), report).await;
    let mut clocks = Vec::from_iter(clock::Sample::of_answer(&health));
    let is_believed = site.seen.certificate() != Some(Certificate::SelfSigned);
    if !is_believed && !wanted.is_insecure {
        let why = "no token is sent to a server with a self-signed certificate (--insecure)";
        report.add_not_checked(&OF_A_CALLER, why);
    } else if let Some(caller) = wanted.caller {
        match log_in(site, caller).await {
            Ok(login) => {
                let log = wanted.access_log.as_ref();
                clocks.extend(as_caller(site, &login, log, report).await);
                login.end(site).await;
            }
            Err(finding) => {
                report.add(finding);
                report.add_not_checked(&OF_A_CALLER[1..], "the log in failed");
            }
        }
    } else {
        let why = "no token was given (--token-stdin, or --user)";
        report.add_not_checked(&OF_A_CALLER, why);
    }
    report.add(clock::judge(&clocks));
    Reached::Yes
}

/// Looks at what only a user sees; hands over what the clock was seen to be.
async fn as_caller(
    site: &Site,
    login: &Login,
    log: Option<&LogFile>,
    report: &mut Report,
) -> Option<clock::Sample> {
    if let Err(finding) = account::meet(site, login, report).await {
        report.add(finding);
        report.add_not_checked(&OF_A_CALLER[1..], "the token does not count");
        return None;
    }
    account::look(site, login, report).await;
    report.add(log::look(site, login, log).await);
    streams::look(site, login, report).await
}

async fn log_in(site: &Site, caller: Caller) -> Result<Login, Finding> {
    match caller {
        Caller::Token(access) => Ok(Login::with_token(access)),
        Caller::Password { name, password } => match Login::begin(site, &name, &password).await {
            Ok(Ok(login)) => Ok(login),
            Ok(Err(answer)) => Err(token::refused_login(&answer)),
            Err(trouble) => Err(unanswered(token::CHECK, &trouble)),
        },
    }
}

/// What a check finds, if there was an answer.
fn judged(
    check: &'static str,
    answer: &Result<Answer, Trouble>,
    judge: impl FnOnce(&Answer) -> Finding,
) -> Finding {
    match answer {
        Ok(answer) => judge(answer),
        Err(trouble) => unanswered(check, trouble),
    }
}

fn unanswered(check: &'static str, trouble: &Trouble) -> Finding {
    let remedy = "Look at the log of the server and of what stands before it.";
    Finding::problem(check, &*trouble.0, remedy)
}
