//! What is written down of a stream.

use std::time::Duration;

use http::Method;
use tokio::time::timeout;

use super::unanswered;
use crate::cli::doctor::check::access_log;
use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::look::log_file::LogFile;
use crate::cli::doctor::look::login::Login;
use crate::cli::doctor::look::site::{Site, Trouble};
use crate::cli::doctor::look::stream::{self, Stream, Wish};

/// How long the stream has to begin.
const A_MOMENT: Duration = Duration::from_secs(2);

/// Opens a stream as `EventSource` does, with a token in the URL, and looks for it in the log.
pub async fn look(site: &Site, login: &Login, log: Option<&LogFile>) -> Finding {
    let Some(log) = log else {
        return Finding::not_checked(access_log::CHECK, "no file was given (--access-log)");
    };
    match open(site, login).await {
        Ok(Some(token)) => access_log::judge(log.trace(stream::PATH, &token).await),
        Ok(None) => Finding::not_checked(access_log::CHECK, "there is no token for URLs"),
        Err(trouble) => unanswered(access_log::CHECK, &trouble),
    }
}

/// The token with which a stream was asked for.
async fn open(site: &Site, login: &Login) -> Result<Option<String>, Trouble> {
    let question = site.request(Method::POST, "/api/token/stream/");
    let answer = site.ask(question.bearer(&login.access)).await?;
    let Some(token) = answer.json()["token"].as_str().map(str::to_owned) else {
        return Ok(None);
    };
    let wish = Wish {
        query: Some(&token),
        ..Wish::default()
    };
    // A stream that is held back is written down too, once its client has gone.
    let opening = async {
        if let Ok(mut stream) = Stream::ask(site, &wish).await {
            let has_begun = |stream: &Stream<'_>| stream.first().is_some();
            stream.listen(A_MOMENT, has_begun).await;
        }
    };
    let _ = timeout(A_MOMENT, opening).await;
    Ok(Some(token))
}
