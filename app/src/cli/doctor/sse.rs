//! Server-Sent Events, as they come.

use serde_json::Value;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: Option<i64>,
    pub data: Value,
}

impl Event {
    /// The `type` of its data.
    pub fn kind(&self) -> &str {
        self.data["type"].as_str().unwrap_or("nothing known")
    }

    /// Reads the lines of one event; none if it has no data.
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

    #[cfg(test)]
    pub fn of_kind(kind: &str) -> Self {
        let data = serde_json::json!({ "type": kind });
        Self { id: None, data }
    }
}

/// Puts the pieces together in which a stream comes.
#[derive(Default)]
pub struct Parser {
    pending: Vec<u8>,
}

/// More than this is no event of Leopard's.
const MOST: usize = 1024 * 1024;

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
        if self.pending.len() > MOST {
            self.pending.clear();
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_put_together_from_pieces() {
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
