//! Extracts the framework's script and style from its page: our pages may run files of the server only.

use bytes::Bytes;

pub(super) struct FrameworkPage {
    pub(super) script: Bytes,
    pub(super) style: Bytes,
}

impl FrameworkPage {
    pub(super) fn of(html: &str) -> Self {
        Self {
            script: within(html, "<script", "</script>"),
            style: within(html, "<style", "</style>"),
        }
    }
}

/// The content of the first element of this kind.
fn within(html: &str, start: &str, end: &str) -> Bytes {
    let content = html.split_once(start).and_then(|(_, rest)| {
        let (_, content) = rest.split_once('>')?;
        Some(content.split_once(end)?.0)
    });
    Bytes::copy_from_slice(content.unwrap_or_default().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_are_extracted_from_the_page() {
        let page = "<head><style a='b'>p {}</style><script>one()</script></head>\
                    <script>two()</script>";
        let page = FrameworkPage::of(page);
        assert_eq!((&*page.style, &*page.script), (&b"p {}"[..], &b"one()"[..]));
        assert!(FrameworkPage::of("<p>").script.is_empty());
    }
}
