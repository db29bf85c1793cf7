//! The size in bytes of lists without pages.

use crate::domain::notification::{MetaInfo, Notification, NotificationUrl};
use crate::domain::task::Task;

/// The approximate maximum size of a list.
pub const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;

/// The size of an item without its texts: member names, dates and user names.
const OTHER_MEMBERS: usize = 1_024;

impl Task {
    /// The approximate size of a task as JSON, without its comments.
    pub fn json_bytes(&self) -> usize {
        let tags = self.tags.as_slice().iter().map(|tag| json_bytes(tag));
        OTHER_MEMBERS + json_bytes(&self.title) + json_bytes(&self.detail) + tags.sum::<usize>()
    }
}

impl Notification {
    /// The approximate size of a notification as JSON.
    pub fn json_bytes(&self) -> usize {
        let meta_info = match &self.meta_info {
            MetaInfo::Task { .. } => 0,
            MetaInfo::Mention { comment_text, .. } => json_bytes(comment_text),
            MetaInfo::Opaque(object) => object.as_str().len(),
        };
        let url = self.url.as_ref().map_or("", NotificationUrl::as_str);
        let texts = [&self.title, &self.message, url].map(json_bytes);
        OTHER_MEMBERS + texts.iter().sum::<usize>() + meta_info
    }
}

/// Keeps the first items that fit into [`MAX_LIST_BYTES`] together, and at least one.
pub fn truncate<T>(items: &mut Vec<T>, bytes: impl Fn(&T) -> usize) {
    let mut total = 0;
    let fitting = items.iter().take_while(|item| {
        total += bytes(item);
        total <= MAX_LIST_BYTES
    });
    let fitting = fitting.count().max(1);
    items.truncate(fitting);
}

/// The size of a text as a JSON string (RFC 8259, section 7), without quotes.
pub fn json_bytes(text: &str) -> usize {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    });
    bytes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_cut_at_the_size_limit_after_its_first_items() {
        let kept = |sizes: &[usize]| {
            let mut sizes = sizes.to_vec();
            truncate(&mut sizes, |size| *size);
            sizes.len()
        };
        let half = MAX_LIST_BYTES / 2;
        assert_eq!(kept(&[]), 0);
        assert_eq!(kept(&[half, half]), 2);
        assert_eq!(kept(&[half, half, 1]), 2);
        assert_eq!(kept(&[half, half + 1, 1]), 1);
        assert_eq!(kept(&[MAX_LIST_BYTES + 1, 1]), 1);
    }

    #[test]
    fn json_size_counts_escapes() {
        assert_eq!(json_bytes("a\u{1f600}"), 5);
        assert_eq!(json_bytes("\"\\\n\r\t\u{8}\u{c}"), 14);
        assert_eq!(json_bytes("\u{1}\u{1f}"), 12);
        assert_eq!(json_bytes("\u{7f}"), 1);
    }
}
