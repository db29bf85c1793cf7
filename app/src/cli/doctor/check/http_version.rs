//! How many streams a browser can have.

use http::Version;

use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "HTTP version";

/// Judges the version that was agreed on, as a browser would.
pub fn judge(version: Version) -> Finding {
    if version >= Version::HTTP_2 {
        return Finding::ok(CHECK, format!("{version:?}"));
    }
    let detail = format!("{version:?}: a browser has 6 connections, and each stream takes one");
    let remedy = "Put a web server before Leopard that speaks HTTPS and HTTP/2 with browsers \
                  (nginx: listen 443 ssl http2, or http2 on). Without browsers nothing needs to be done.";
    Finding::warning(CHECK, detail, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn many_streams_need_the_second_version() {
        assert_eq!(judge(Version::HTTP_11).grade, Grade::Warning);
        assert_eq!(judge(Version::HTTP_2).grade, Grade::Ok);
    }
}
