//! The order of the checks: each step sends requests and gives the responses to the checks.

use http::Method;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, HeaderName,
    ORIGIN,
};

use super::check::READ_THE_LOGS;
use super::check::access_log::access_log;
use super::check::clock::{Sample, clock};
use super::check::name::{
    ACCESS_LOG, CLOCK, COMPRESSION, CROSS_ORIGIN, ENCRYPTION, FIRST_EVENT, FORGED_HEADERS,
    HEARTBEAT, HTTP_VERSION, LINKS, OPEN_FILES, REACHABLE, READINESS, RESUME, SECOND_STREAM,
    STREAM_HEADERS, TOKEN, WRONG_TOKEN,
};
use super::check::request::{self, CORS_HEADERS, FORGED_HOST};
use super::check::service::{self, Certificate};
use super::finding::{Finding, not_checked, problem};
use super::log_file::LogFile;
use super::login::Login;
use super::report::Report;
use super::response::Response;
use super::site::{RequestError, Site};
use super::{examine_stream, stream};

/// What to check.
pub struct Scope {
    pub caller: Option<Caller>,
    /// The origin of a page that calls the API.
    pub page: Option<String>,
    pub access_log: Option<LogFile>,
    /// Whether to send secrets despite a self-signed certificate.
    pub is_insecure: bool,
}

/// The user whose view to check.
pub enum Caller {
    Token(String),
    Password { name: String, password: String },
}

/// Whether any response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    Yes,
    No,
}

/// The checks that need a caller.
const OF_A_CALLER: [&str; 10] = [
    TOKEN,
    LINKS,
    FORGED_HEADERS,
    ACCESS_LOG,
    STREAM_HEADERS,
    COMPRESSION,
    FIRST_EVENT,
    SECOND_STREAM,
    RESUME,
    HEARTBEAT,
];

/// The origin of a preflight if the user names no page.
const SOME_PAGE: &str = "https://page.invalid";

/// Lists, one of which may have a second page.
const LISTS: [&str; 3] = [
    "/api/v1/users/?page_size=1",
    "/api/v1/notifications/?page_size=1",
    "/api/v1/tasks/?all_tasks=true&page_size=1",
];

/// Runs all checks.
pub async fn examine(site: &Site, scope: Scope, report: &mut Report) -> Reached {
    let health = match reach(site, report).await {
        Ok(health) => health,
        Err(reached) => return reached,
    };
    check_without_token(site, &health, scope.page.as_deref(), report).await;
    let mut samples = Vec::from_iter(Sample::of_response(&health));
    let is_trusted = site.handshake.certificate() != Some(Certificate::SelfSigned);
    if !is_trusted && !scope.is_insecure {
        let why = "no token is sent to a server with a self-signed certificate (--insecure)";
        report.add_not_checked(&OF_A_CALLER, why);
    } else if let Some(caller) = scope.caller {
        match log_in(site, caller).await {
            Ok(login) => {
                let log = scope.access_log.as_ref();
                samples.extend(check_with_token(site, &login, log, report).await);
                login.end(site).await;
            }
            Err(finding) => {
                report.add(TOKEN, finding);
                report.add_not_checked(&OF_A_CALLER[1..], "the login failed");
            }
        }
    } else {
        let why = "no token was given (--token-stdin, or --user)";
        report.add_not_checked(&OF_A_CALLER, why);
    }
    report.add(CLOCK, clock(&samples));
    Reached::Yes
}

/// Requests `/health/`. Accepts a self-signed certificate from then on: the checks without a token send
/// nothing secret.
async fn reach(site: &Site, report: &mut Report) -> Result<Response, Reached> {
    let request = async || site.send(site.request(Method::GET, "/health/")).await;
    let mut health = request().await;
    if health.is_err() && site.handshake.certificate() == Some(Certificate::SelfSigned) {
        site.handshake.accept();
        health = request().await;
    }
    let certificate = site.handshake.certificate();
    let encryption = service::encryption(&site.base, certificate.as_ref(), site.clock.now());
    match health {
        Ok(health) => {
            let reachable = service::reachable(&health);
            let is_leopard = reachable.is_ok();
            report.add(REACHABLE, reachable.unwrap_or_else(|finding| finding));
            report.add(ENCRYPTION, encryption);
            is_leopard.then_some(health).ok_or(Reached::Yes)
        }
        // A browser would send no request.
        Err(_) if certificate.is_some_and(|certificate| !certificate.is_accepted()) => {
            report.add(ENCRYPTION, encryption);
            Err(Reached::Yes)
        }
        Err(error) => {
            report.add(REACHABLE, service::unreachable(&error.0));
            Err(Reached::No)
        }
    }
}

async fn check_without_token(
    site: &Site,
    health: &Response,
    page: Option<&str>,
    report: &mut Report,
) {
    report.add(HTTP_VERSION, service::http_version(health.head.version));
    let ready = site.send(site.request(Method::GET, "/health/ready")).await;
    report.add(READINESS, judged(&ready, service::readiness));
    report.add(OPEN_FILES, service::open_files(health));

    let preflight = site
        .request(Method::OPTIONS, stream::PATH)
        .header(ORIGIN, page.unwrap_or(SOME_PAGE))
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, CORS_HEADERS);
    let preflight = site.send(preflight).await;
    let cross_origin = judged(&preflight, |preflight| request::cross_origin(preflight, page));
    report.add(CROSS_ORIGIN, cross_origin);

    let stranger = site.request(Method::GET, stream::PATH);
    let refusal = site.send(stranger.header(AUTHORIZATION, "Bearer none")).await;
    report.add(WRONG_TOKEN, judged(&refusal, request::wrong_token));
}

async fn log_in(site: &Site, caller: Caller) -> Result<Login, Finding> {
    match caller {
        Caller::Token(access) => Ok(Login::with_token(access)),
        Caller::Password { name, password } => match Login::begin(site, &name, &password).await {
            Ok(Ok(login)) => Ok(login),
            Ok(Err(response)) => Err(request::refused_login(&response)),
            Err(error) => Err(unanswered(error)),
        },
    }
}

/// Runs the checks of a user; returns a sample of the server's clock.
async fn check_with_token(
    site: &Site,
    login: &Login,
    log: Option<&LogFile>,
    report: &mut Report,
) -> Option<Sample> {
    let me = site.request(Method::GET, "/api/v1/users/me/");
    let me = site.send(me.bearer(&login.access)).await;
    match me.map_err(unanswered).and_then(|me| request::token(&me)) {
        Ok(finding) => report.add(TOKEN, finding),
        Err(finding) => {
            report.add(TOKEN, finding);
            report.add_not_checked(&OF_A_CALLER[1..], "the token is not valid");
            return None;
        }
    }
    check_links(site, login, report).await;
    let logged = match log {
        None => not_checked("no file was given (--access-log)"),
        Some(log) => check_log(site, login, log).await.unwrap_or_else(unanswered),
    };
    report.add(ACCESS_LOG, logged);
    examine_stream::examine(site, login, report).await
}

/// Reads the link to the next page of a list, once as it is and once with a forged host.
async fn check_links(site: &Site, login: &Login, report: &mut Report) {
    for list in LISTS {
        match next_page(site, login, list, None).await {
            Ok(Some(next)) => {
                report.add(LINKS, request::links(&site.base, &next));
                let forged = next_page(site, login, list, Some(FORGED_HOST)).await;
                let finding = match forged {
                    Ok(Some(next)) => request::forged_headers(&site.base, &next),
                    Ok(None) => not_checked("the list has become shorter"),
                    Err(error) => unanswered(error),
                };
                report.add(FORGED_HEADERS, finding);
                return;
            }
            Ok(None) => {}
            Err(error) => {
                report.add(LINKS, unanswered(error));
                report.add_not_checked(&[FORGED_HEADERS], "a list has no response");
                return;
            }
        }
    }
    let why = "no list that this user can see has a second page";
    report.add_not_checked(&[LINKS, FORGED_HEADERS], why);
}

async fn next_page(
    site: &Site,
    login: &Login,
    list: &str,
    forged_host: Option<&str>,
) -> Result<Option<String>, RequestError> {
    let mut request = site.request(Method::GET, list).bearer(&login.access);
    if let Some(host) = forged_host {
        request = request.header(HeaderName::from_static("x-forwarded-host"), host);
    }
    let response = site.send(request).await?;
    Ok(response.json()["next"].as_str().map(str::to_owned))
}

/// Opens a stream as `EventSource` does, with a token in the URL, and looks for it in the log.
async fn check_log(site: &Site, login: &Login, log: &LogFile) -> Result<Finding, RequestError> {
    let request = site.request(Method::POST, "/api/token/stream/");
    let response = site.send(request.bearer(&login.access)).await?;
    let body = response.json();
    let Some(token) = body["token"].as_str() else {
        return Ok(not_checked("there is no token for URLs"));
    };
    examine_stream::open_by_url(site, token).await;
    Ok(access_log(log.find(stream::PATH, token).await))
}

/// The finding of a response, or of its absence.
fn judged(
    response: &Result<Response, RequestError>,
    check: impl FnOnce(&Response) -> Finding,
) -> Finding {
    match response {
        Ok(response) => check(response),
        Err(error) => unanswered(error.clone()),
    }
}

fn unanswered(error: RequestError) -> Finding {
    problem(error.0, READ_THE_LOGS)
}
