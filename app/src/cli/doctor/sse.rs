//! A parser of server-sent events.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Option<i64>,
    pub data: Value,
}

impl Event {
    pub fn kind(&self) -> &str {
        self.data["type"].as_str().unwrap_or("unknown")
    }

    /// Parses the lines of one event; `None` if it has no data.
    fn parse(block: &str) -> Option<Self> {
        let (mut id, mut data) = (None, None);
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("id", value)) => id = value.parse().ok(),
                Some(("data", value)) => data = serde_json::from_str(value).ok(),
                _ => {}
            }
        }
        data.map(|data| Self { id, data })
    }
}

/// Joins the pieces of a stream.
#[derive(Default)]
pub struct Parser {
    pending: Vec<u8>,
}

/// No event of Leopard is larger.
const MAX_BYTES: usize = 1024 * 1024;

impl Parser {
    /// The events that this piece completes.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        self.pending.extend_from_slice(piece);
        let mut events = vec![];
        while let Some(at) = self.pending.windows(2).position(|pair| pair == b"\n\n") {
            let rest = self.pending.split_off(at + 2);
            let block = std::mem::replace(&mut self.pending, rest);
            events.extend(Event::parse(&String::from_utf8_lossy(&block)));
        }
        if self.pending.len() > MAX_BYTES {
            self.pending.clear();
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_in_pieces_is_parsed_whole() {
        let text = "retry: 3000\nid: 7\ndata: {\"type\":\"a\"}\n\n: quiet\n\ndata: {\"type\":\"b\"}\n\nid: 8";
        for size in [1, 7, text.len()] {
            let mut parser = Parser::default();
            let pieces = text.as_bytes().chunks(size);
            let events: Vec<_> = pieces.flat_map(|piece| parser.push(piece)).collect();
            let seen: Vec<_> = events.iter().map(|e| (e.id, e.kind())).collect();
            assert_eq!(seen, [(Some(7), "a"), (None, "b")], "{size}");
        }
    }
}
