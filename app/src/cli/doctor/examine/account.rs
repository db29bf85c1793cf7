//! What a user sees of the API.

use http::Method;
use http::header::HeaderName;

use super::unanswered;
use crate::cli::doctor::check::{forged_headers, links, token};
use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::look::login::Login;
use crate::cli::doctor::look::site::{Site, Trouble};
use crate::cli::doctor::report::Report;

/// Lists, one of which may have a second page.
const LISTS: [&str; 3] = [
    "/api/v1/users/?page_size=1",
    "/api/v1/notifications/?page_size=1",
    "/api/v1/tasks/?all_tasks=true&page_size=1",
];

/// Looks whether the caller is one.
pub async fn meet(site: &Site, login: &Login, report: &mut Report) -> Result<(), Finding> {
    let question = site.request(Method::GET, "/api/v1/users/me/");
    let me = site.ask(question.bearer(&login.access)).await;
    let me = me.map_err(|trouble| unanswered(token::CHECK, &trouble))?;
    report.add(token::judge(&me)?);
    Ok(())
}

/// Looks at the links of a list, asked for as it is and under a name that is a lie.
pub async fn look(site: &Site, login: &Login, report: &mut Report) {
    for list in LISTS {
        match next_page(site, login, list, None).await {
            Ok(Some(next)) => {
                report.add(links::judge(&site.base, &next));
                report.add(under_a_lie(site, login, list).await);
                return;
            }
            Ok(None) => {}
            Err(trouble) => {
                report.add(unanswered(links::CHECK, &trouble));
                report.add_not_checked(&[forged_headers::CHECK], "a list is not answered");
                return;
            }
        }
    }
    let why = "no list that this user sees has a second page";
    report.add_not_checked(&[links::CHECK, forged_headers::CHECK], why);
}

async fn under_a_lie(site: &Site, login: &Login, list: &str) -> Finding {
    match next_page(site, login, list, Some(forged_headers::CLAIMED_HOST)).await {
        Ok(Some(next)) => forged_headers::judge(&site.base, &next),
        Ok(None) => Finding::not_checked(forged_headers::CHECK, "the list has become shorter"),
        Err(trouble) => unanswered(forged_headers::CHECK, &trouble),
    }
}

async fn next_page(
    site: &Site,
    login: &Login,
    list: &str,
    claimed_host: Option<&str>,
) -> Result<Option<String>, Trouble> {
    let mut question = site.request(Method::GET, list).bearer(&login.access);
    if let Some(host) = claimed_host {
        question = question.header(HeaderName::from_static("x-forwarded-host"), host);
    }
    let answer = site.ask(question).await?;
    Ok(answer.json()["next"].as_str().map(str::to_owned))
}
