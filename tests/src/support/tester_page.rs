//! The stream tester in a browser.

use fantoccini::Locator;
use serde_json::Value;

use super::browser::Browser;
use super::wait::{TIMEOUT, until};

pub struct TesterPage {
    pub browser: Browser,
}

impl TesterPage {
    pub async fn open(url: &str) -> Self {
        Self { browser: Browser::open(url).await }
    }

    /// Replaces the text of a field.
    pub async fn fill(&self, id: &str, text: &str) {
        let field = self.browser.client.find(Locator::Id(id)).await;
        let field = field.unwrap_or_else(|e| panic!("no field {id}: {e}"));
        field.clear().await.expect("the field can be cleared");
        field.send_keys(text).await.expect("the field takes text");
    }

    pub async fn press(&self, id: &str) {
        let button = self.browser.client.find(Locator::Id(id)).await;
        let button = button.unwrap_or_else(|e| panic!("no button {id}: {e}"));
        button.click().await.expect("the button can be pressed");
    }

    /// Pastes the token, presses Connect, and waits for `Connected ✓`.
    pub async fn connect(&self, token: &str) {
        self.fill("token", token).await;
        self.press("connect").await;
        self.until_text("status", "Connected ✓").await;
        self.until_says("Connected to SSE stream").await;
    }

    pub async fn text(&self, id: &str) -> String {
        let script = "return document.getElementById(arguments[0]).textContent";
        match self.browser.run(script, vec![id.into()]).await {
            Value::String(text) => text,
            other => panic!("{id}: {other}"),
        }
    }

    /// Waits until an element has this text.
    pub async fn until_text(&self, id: &str, wanted: &str) {
        let what = format!("{id} becomes {wanted:?}");
        until(&what, TIMEOUT, async || (self.text(id).await == wanted).then_some(())).await;
    }

    /// Waits until the list has a system message or a problem that contains this.
    pub async fn until_says(&self, wanted: &str) {
        let what = format!("the page says {wanted:?}");
        until(&what, TIMEOUT, async || {
            let said = self.entries("system").await.into_iter();
            let mut said = said.chain(self.entries("problem").await);
            said.any(|entry| entry.contains(wanted)).then_some(())
        })
        .await;
    }

    /// The texts of the list's entries of this kind, oldest first.
    pub async fn entries(&self, kind: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll('#events > li')]
            .filter(entry => entry.dataset.kind === arguments[0])
            .map(entry => [...entry.querySelectorAll('h3, p, dd')].map(e => e.textContent).join('\\n'))
            .reverse()";
        strings(&self.browser.run(script, vec![kind.into()]).await)
    }

    /// The titles of the notifications, oldest first.
    pub async fn titles(&self) -> Vec<String> {
        let entries = self.entries("notification").await.into_iter();
        entries.map(|entry| entry.lines().next().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until these are the titles of the notifications, oldest first.
    pub async fn until_titles(&self, wanted: &[&str]) {
        let what = format!("the page shows {wanted:?}");
        until(&what, TIMEOUT, async || (self.titles().await == wanted).then_some(())).await;
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    list.iter().map(text).collect()
}
