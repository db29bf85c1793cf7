//! The order of the checks: each step sends requests and gives the responses to the checks.

use chrono::TimeDelta;
use http::Method;
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};

use super::certificate::Certificate;
use super::check::clock::{clock, offset_of_response};
use super::check::request::{self, CORS_HEADERS, FORGED_HOST};
use super::check::service;
use super::log_file::LogFile;
use super::login::{Caller, Login};
use super::report::{Finding, Report, not_checked};
use super::site::{Response, Site};
use super::{examine_stream, stream};

/// The checks, in their order. From "token" to "heartbeat" they need a caller.
pub const CHECKS: [&str; 18] = [
    "reachable",
    "encryption",
    "HTTP version",
    "database and broker",
    "open files",
    "cross-origin requests",
    "wrong token",
    "token",
    "links",
    "forged headers",
    "access log",
    "headers of the stream",
    "compression",
    "first event",
    "second stream",
    "resume",
    "heartbeat",
    "clock",
];

/// What to check.
pub struct Scope {
    pub caller: Option<Caller>,
    /// The origin of a page that calls the API.
    pub page: Option<String>,
    pub access_log: Option<LogFile>,
    /// Whether to send secrets despite a self-signed certificate.
    pub is_insecure: bool,
}

/// The origin of a preflight if the user names no page.
const SOME_PAGE: &str = "https://page.invalid";

/// Lists, one of which may have a second page.
const LISTS: [&str; 3] = [
    "/api/v1/users/?page_size=1",
    "/api/v1/notifications/?page_size=1",
    "/api/v1/tasks/?all_tasks=true&page_size=1",
];

/// Runs all checks. Returns whether the deployment could be reached.
pub async fn examine(site: &Site, scope: Scope, report: &mut Report) -> bool {
    let health = match reach(site, report).await {
        Ok(health) => health,
        Err(is_reached) => return is_reached,
    };
    check_without_token(site, &health, scope.page.as_deref(), report).await;
    let mut offsets = Vec::from_iter(offset_of_response(&health));
    match check_with_token(site, scope, report).await {
        Ok(offset) => offsets.extend(offset),
        Err(why) => report.skip_until("clock", why),
    }
    report.add("clock", clock(&offsets));
    true
}

/// Requests `/health/`. Accepts a self-signed certificate from then on: the checks without a token send
/// nothing secret. Returns whether anything answered if there is nothing more to check.
async fn reach(site: &Site, report: &mut Report) -> Result<Response, bool> {
    let mut health = site.send(site.get("/health/")).await;
    if health.is_err() && site.handshake.certificate() == Some(Certificate::SelfSigned) {
        site.handshake.accept();
        health = site.send(site.get("/health/")).await;
    }
    let certificate = site.handshake.certificate();
    let encryption = service::encryption(&site.base, certificate.as_ref(), site.clock.now());
    match health {
        Ok(health) => {
            let reachable = service::reachable(&health);
            let is_leopard = reachable.is_ok();
            report.add("reachable", reachable.unwrap_or_else(|finding| finding));
            report.add("encryption", encryption);
            is_leopard.then_some(health).ok_or(true)
        }
        // A browser would send no request.
        Err(_) if matches!(certificate, Some(Certificate::Refused(_))) => {
            report.add("encryption", encryption);
            Err(true)
        }
        Err(finding) => {
            report.add("reachable", service::unreachable(&finding.detail));
            Err(false)
        }
    }
}

async fn check_without_token(
    site: &Site,
    health: &Response,
    page: Option<&str>,
    report: &mut Report,
) {
    report.add("HTTP version", service::http_version(health.head.version));
    let ready = site.send(site.get("/health/ready")).await;
    report.add("database and broker", judged(ready, service::readiness));
    report.add("open files", service::open_files(health));

    let preflight = site
        .request(Method::OPTIONS, stream::PATH)
        .header(ORIGIN, page.unwrap_or(SOME_PAGE))
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, CORS_HEADERS);
    let preflight = site.send(preflight).await;
    let cross_origin = judged(preflight, |preflight| request::cross_origin(preflight, page));
    report.add("cross-origin requests", cross_origin);

    let refusal = site.send(site.get_as("none", stream::PATH)).await;
    report.add("wrong token", judged(refusal, request::wrong_token));
}

/// Runs the checks of a user. Returns the offset of the server's clock, or why the remaining checks are skipped.
async fn check_with_token(
    site: &Site,
    scope: Scope,
    report: &mut Report,
) -> Result<Option<TimeDelta>, &'static str> {
    let is_self_signed = site.handshake.certificate() == Some(Certificate::SelfSigned);
    if is_self_signed && !scope.is_insecure {
        return Err("no token is sent to a server with a self-signed certificate (--insecure)");
    }
    let caller = scope.caller.ok_or("no token was given (--token-stdin, or --user)")?;
    let login = Login::begin(site, caller).await.map_err(|finding| {
        report.add("token", finding);
        "the login failed"
    })?;
    let outcome = check_as(site, &login.access, scope.access_log.as_ref(), report).await;
    login.end(site).await;
    outcome
}

async fn check_as(
    site: &Site,
    access: &str,
    log: Option<&LogFile>,
    report: &mut Report,
) -> Result<Option<TimeDelta>, &'static str> {
    let me = site.send(site.get_as(access, "/api/v1/users/me/")).await;
    let token = me.and_then(|me| request::token(&me));
    let is_valid = token.is_ok();
    report.add("token", token.unwrap_or_else(|finding| finding));
    if !is_valid {
        return Err("the token is not valid");
    }
    if let Err(finding) = check_links(site, access, report).await {
        report.add("links", finding);
        report.skip_until("access log", "a list has no response");
    }
    let logged = match log {
        None => not_checked("no file was given (--access-log)"),
        Some(log) => check_log(site, access, log).await.unwrap_or_else(|finding| finding),
    };
    report.add("access log", logged);
    examine_stream::examine(site, access, report).await
}

/// Reads the link to the next page of a list, once as it is and once with a forged host.
async fn check_links(site: &Site, access: &str, report: &mut Report) -> Result<(), Finding> {
    for list in LISTS {
        let list = || site.get_as(access, list);
        let Some(next) = next_page(&site.send(list()).await?) else { continue };
        report.add("links", request::links(&site.base, &next));
        let forged = site.send(list().header("x-forwarded-host", FORGED_HOST)).await;
        let finding = match forged.as_ref().map(next_page) {
            Ok(Some(next)) => request::forged_headers(&site.base, &next),
            Ok(None) => not_checked("the list has become shorter"),
            Err(finding) => finding.clone(),
        };
        report.add("forged headers", finding);
        return Ok(());
    }
    report.skip_until("access log", "no list that this user can see has a second page");
    Ok(())
}

fn next_page(list: &Response) -> Option<String> {
    list.json()["next"].as_str().map(str::to_owned)
}

/// Opens a stream as `EventSource` does, with a token in the URL, and looks for it in the log.
async fn check_log(site: &Site, access: &str, log: &LogFile) -> Result<Finding, Finding> {
    let request = site.get_as(access, "/api/token/stream/").method(Method::POST);
    let body = site.send(request).await?.json();
    let Some(token) = body["token"].as_str() else {
        return Ok(not_checked("the server issues no stream token"));
    };
    examine_stream::open_by_url(site, token).await;
    Ok(log.check(stream::PATH, token).await)
}

/// The finding of a response, or of its absence.
fn judged(
    response: Result<Response, Finding>,
    check: impl FnOnce(&Response) -> Finding,
) -> Finding {
    response.map_or_else(|finding| finding, |response| check(&response))
}
