//! What anybody sees.

use http::Method;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, ORIGIN,
};

use super::{Reached, judged};
use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::check::encryption::Certificate;
use crate::cli::doctor::check::{
    cross_origin, encryption, http_version, open_files, reachable, readiness, wrong_token,
};
use crate::cli::doctor::look::site::Site;
use crate::cli::doctor::look::stream;
use crate::cli::doctor::report::Report;

/// Who asks where no page is named.
const SOME_PAGE: &str = "https://page.invalid";

/// Looks whether Leopard is there at all. A self-signed certificate is accepted from now on: what
/// follows says nothing that is secret.
pub async fn arrive(site: &Site, report: &mut Report) -> Result<Answer, Reached> {
    let ask = async || site.ask(site.request(Method::GET, "/health/")).await;
    let mut health = ask().await;
    if health.is_err() && site.seen.certificate() == Some(Certificate::SelfSigned) {
        site.seen.accept();
        health = ask().await;
    }
    let certificate = site.seen.certificate();
    let sealed = encryption::judge(&site.base, certificate.as_ref(), site.clock.now());
    match health {
        Ok(health) => {
            let arrival = reachable::judge(&health);
            let is_leopard = arrival.is_ok();
            report.add(arrival.unwrap_or_else(|finding| finding));
            report.add(sealed);
            if is_leopard {
                Ok(health)
            } else {
                Err(Reached::Yes)
            }
        }
        // Nobody is asked anything by whom a browser would not believe.
        Err(_) if certificate.is_some_and(|seen| !seen.is_accepted()) => {
            report.add(sealed);
            Err(Reached::Yes)
        }
        Err(trouble) => {
            report.add(reachable::unreachable(&trouble.0));
            Err(Reached::No)
        }
    }
}

/// Looks at the rest that needs no token.
pub async fn look(site: &Site, health: &Answer, page: Option<&str>, report: &mut Report) {
    report.add(http_version::judge(health.head.version));
    let ready = site.ask(site.request(Method::GET, "/health/ready")).await;
    report.add(judged(readiness::CHECK, &ready, readiness::judge));
    report.add(open_files::judge(health));

    let preflight = site
        .request(Method::OPTIONS, stream::PATH)
        .header(ORIGIN, page.unwrap_or(SOME_PAGE))
        .header(ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .header(ACCESS_CONTROL_REQUEST_HEADERS, cross_origin::ASKED_HEADERS);
    let preflight = site.ask(preflight).await;
    report.add(judged(cross_origin::CHECK, &preflight, |answer| {
        cross_origin::judge(answer, page)
    }));

    let stranger = site.request(Method::GET, stream::PATH);
    let refusal = site
        .ask(stranger.header(AUTHORIZATION, "Bearer none"))
        .await;
    report.add(judged(wrong_token::CHECK, &refusal, wrong_token::judge));
}
