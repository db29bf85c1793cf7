//! Compares a document with the released one, for the clients of the released one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::refers_to;

/// Patterns that accept more than the released ones, whose escapes broke generators.
const WITHOUT_ESCAPES: [&str; 3] = [r"\S", r"^\S+$", "^([^@]+@[^@]+)?$"];

/// Who writes a value: what one side writes, the other must go on understanding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Writer {
    Client,
    Server,
}

struct Comparison<'a> {
    released: &'a Value,
    document: &'a Value,
    seen: BTreeSet<(String, Writer)>,
    differences: BTreeSet<String>,
}

/// What could break a client of the released document.
pub(super) fn differences(released: &Value, document: &Value) -> BTreeSet<String> {
    let mut comparison =
        Comparison { released, document, seen: BTreeSet::new(), differences: BTreeSet::new() };
    for (path, item) in members(&released["paths"]) {
        for (method, operation) in members(item) {
            comparison.operation(
                &format!("{method} {path}"),
                operation,
                &document["paths"][path][method],
            );
        }
    }
    for (name, _) in members(&released["components"]["schemas"]) {
        comparison.expect(document["components"]["schemas"][name].is_object(), name, "is gone");
    }
    for (name, scheme) in members(&released["components"]["securitySchemes"]) {
        let mut now = document["components"]["securitySchemes"][name].clone();
        now.as_object_mut().map(|now| now.remove("description"));
        let mut before = scheme.clone();
        before.as_object_mut().map(|before| before.remove("description"));
        comparison.expect(now == before, name, "is another security scheme");
    }
    comparison.differences
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl<'a> Comparison<'a> {
    fn expect(&mut self, holds: bool, place: &str, difference: &str) {
        if !holds {
            self.differences.insert(format!("{place}: {difference}"));
        }
    }

    fn operation(&mut self, place: &str, released: &'a Value, document: &'a Value) {
        if !document.is_object() {
            return self.expect(false, place, "is gone");
        }
        self.expect(released["operationId"] == document["operationId"], place, "has another id");
        let (before, now) = (elements(&released["security"]), elements(&document["security"]));
        let accepts = before.iter().all(|way| now.contains(way));
        self.expect(
            accepts && before.is_empty() == now.is_empty(),
            place,
            "needs other credentials",
        );

        let key = |one: &Value| (one["in"].clone(), one["name"].clone());
        let now = elements(&document["parameters"]).iter().map(|one| refers_to(self.document, one));
        let now: Vec<&Value> = now.collect();
        let before = elements(&released["parameters"]).iter();
        let before: Vec<_> = before.map(|one| refers_to(self.released, one)).collect();
        for parameter in &now {
            let is_known = before.iter().find(|one| key(one) == key(parameter));
            let was_required = is_known.is_some_and(|one| one["required"] == true);
            let asks_more = parameter["required"] == true && !was_required;
            self.expect(!asks_more, &format!("{place} {}", parameter["name"]), "is required");
        }
        for parameter in before {
            let name = parameter["name"].as_str().unwrap();
            match now.iter().find(|one| key(one) == key(parameter)) {
                Some(now) => {
                    self.schema(name, Writer::Client, &parameter["schema"], &now["schema"]);
                }
                None => self.expect(false, &format!("{place} {name}"), "is gone"),
            }
        }
        self.body(place, &released["requestBody"], &document["requestBody"]);
        for (status, response) in members(&released["responses"]) {
            let place = format!("{place} {status}");
            let now = refers_to(self.document, &document["responses"][status]);
            self.response(&place, refers_to(self.released, response), now);
        }
        for (status, _) in members(&document["responses"]) {
            let is_new = released["responses"].get(status).is_none();
            self.expect(!(is_new && status.starts_with('2')), place, "has another success");
        }
    }

    fn body(&mut self, place: &str, released: &'a Value, document: &'a Value) {
        let asks_more = document["required"] == true && released["required"] != true;
        self.expect(!asks_more, place, "needs a body");
        for (kind, content) in members(&released["content"]) {
            match document["content"].get(kind) {
                Some(now) => self.schema(place, Writer::Client, &content["schema"], &now["schema"]),
                None => self.expect(false, place, "accepts another body"),
            }
        }
    }

    fn response(&mut self, place: &str, released: &'a Value, document: &'a Value) {
        if !document.is_object() {
            return self.expect(false, place, "is gone");
        }
        for (kind, content) in members(&released["content"]) {
            match document["content"].get(kind) {
                Some(now) => self.schema(place, Writer::Server, &content["schema"], &now["schema"]),
                None => self.expect(false, place, "has another body"),
            }
        }
        for (name, header) in members(&released["headers"]) {
            let now = refers_to(self.document, &document["headers"][name]);
            let header = refers_to(self.released, header);
            let place = format!("{place} {name}");
            let is_kept =
                now.is_object() && (header["required"] != true || now["required"] == true);
            self.expect(is_kept, &place, "is no longer sent");
            self.schema(&place, Writer::Server, &header["schema"], &now["schema"]);
        }
    }

    /// Compares two schemas of a value. Types that have a name keep it, because generated code uses it.
    fn schema(&mut self, place: &str, writer: Writer, released: &'a Value, document: &'a Value) {
        if let Some(name) = released["$ref"].as_str() {
            self.expect(document["$ref"] == *name, place, "has another type");
            let place = name.rsplit('/').next().unwrap_or_default();
            if self.seen.insert((name.to_owned(), writer)) {
                let (before, now) =
                    (refers_to(self.released, released), refers_to(self.document, document));
                self.schema(place, writer, before, now);
            }
            return;
        }
        self.expect(released.get("type") == document.get("type"), place, "has another type");
        let format = |schema: &Value| schema.get("format").cloned();
        let has_format = format(released).is_none() || format(released) == format(document);
        self.expect(has_format, place, "has another format");
        for parts in ["allOf", "oneOf"] {
            let (before, now) = (elements(&released[parts]), elements(&document[parts]));
            // A client passes over new members of a union of the server.
            let may_grow = parts == "oneOf" && writer == Writer::Server;
            let fits = before.len() == now.len() || (may_grow && before.len() < now.len());
            self.expect(fits, place, "is another union");
            for (before, now) in before.iter().zip(now) {
                self.schema(place, writer, before, now);
            }
        }
        if released.get("items").is_some() {
            self.schema(place, writer, &released["items"], &document["items"]);
        }
        match writer {
            Writer::Client => self.accepts_as_much(place, released, document),
            Writer::Server => self.promises_as_much(place, released, document),
        }
        for (name, property) in members(&released["properties"]) {
            let place = format!("{place}.{name}");
            match document["properties"].get(name) {
                Some(now) => self.schema(&place, writer, property, now),
                None => self.expect(false, &place, "is gone"),
            }
        }
        let known =
            |schema: &Value| members(schema).map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let before = known(&released["properties"]);
        let now = known(&document["properties"]).into_iter();
        let kept: Vec<_> = now.filter(|name| before.contains(name)).collect();
        let is_in_order = before.iter().filter(|name| kept.contains(name)).eq(&kept);
        self.expect(is_in_order, place, "has another order of members");
    }

    /// What the client sends.
    fn accepts_as_much(&mut self, place: &str, released: &Value, document: &Value) {
        let required = |schema: &Value| elements(&schema["required"]).to_vec();
        let before = required(released);
        let is_new = |name: &Value| !before.contains(name);
        self.expect(!required(document).iter().any(is_new), place, "requires more");
        let was_null = released["nullable"] == true;
        self.expect(!was_null || document["nullable"] == true, place, "may not be null");
        let choices = elements(&document["enum"]);
        let kept = |choice: &Value| choices.is_empty() || choices.contains(choice);
        let (before, now) = (elements(&released["enum"]), !choices.is_empty());
        let is_free = before.is_empty() && now;
        self.expect(before.iter().all(kept) && !is_free, place, "has fewer choices");
        for (bound, is_upper) in [
            ("maximum", true),
            ("maxLength", true),
            ("maxItems", true),
            ("minimum", false),
            ("minLength", false),
            ("minItems", false),
        ] {
            let value = |schema: &Value| schema[bound].as_f64();
            let is_wider = match (value(released), value(document)) {
                (_, None) => true,
                (None, Some(now)) => !is_upper && now <= 0.0,
                (Some(before), Some(now)) => {
                    if is_upper {
                        now >= before
                    } else {
                        now <= before
                    }
                }
            };
            self.expect(is_wider, place, &format!("has a narrower {bound}"));
        }
        let pattern = |schema: &'_ Value| schema["pattern"].as_str().map(str::to_owned);
        let is_wider = match (pattern(released), pattern(document)) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(before), Some(now)) => {
                now == before || (before.contains(r"\u") && WITHOUT_ESCAPES.contains(&now.as_str()))
            }
        };
        self.expect(is_wider, place, "has another pattern");
        let is_closed = |schema: &Value| schema["additionalProperties"] == false;
        self.expect(!is_closed(document) || is_closed(released), place, "refuses other members");
    }

    /// What the server sends.
    fn promises_as_much(&mut self, place: &str, released: &Value, document: &Value) {
        let now = elements(&document["required"]);
        let kept = elements(&released["required"]).iter().all(|name| now.contains(name));
        self.expect(kept, place, "promises fewer members");
        let may_be_null = document["nullable"] == true && released["nullable"] != true;
        self.expect(!may_be_null, place, "may be null");
        let (before, now) = (elements(&released["enum"]), elements(&document["enum"]));
        let is_known = |choice| before.contains(choice);
        let fits = before.is_empty() || (!now.is_empty() && now.iter().all(is_known));
        self.expect(fits, place, "has other values");
    }
}
