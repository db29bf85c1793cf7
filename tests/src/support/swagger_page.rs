//! Swagger UI in a browser.

use fantoccini::Locator;

use super::browser::Browser;

pub struct SwaggerPage {
    pub browser: Browser,
}

impl SwaggerPage {
    pub async fn open(url: &str) -> Self {
        Self { browser: Browser::open(url).await }
    }

    /// Presses Authorize and pastes an access token into the dialog.
    pub async fn authorize(&self, token: &str) {
        self.press(".auth-wrapper .authorize").await;
        let field = "#auth-bearer-value";
        self.until_there(field).await;
        let field = self.browser.client.find(Locator::Css(field)).await;
        let field = field.expect("a field for the token");
        field.send_keys(token).await.expect("the field takes text");
        self.press(".auth-container:has(#auth-bearer-value) .authorize").await;
        self.press(".btn-done").await;
    }

    /// Opens an operation, presses Try it out and Execute, with the example as its input.
    pub async fn try_out(&self, operation: &str) {
        self.press(&within(operation, ".opblock-summary-control")).await;
        self.press(&within(operation, ".try-out__btn")).await;
        self.execute(operation).await;
    }

    /// Presses Execute of an operation that is being tried.
    pub async fn execute(&self, operation: &str) {
        self.press(&within(operation, ".execute")).await;
    }

    /// Waits until the page shows a response that contains this text.
    pub async fn until_response(&self, operation: &str, wanted: &str) {
        let response = within(operation, ".live-responses-table");
        let wanted = serde_json::Value::from(wanted);
        let script =
            format!("return document.querySelector('{response}')?.textContent.includes({wanted})");
        let what = format!("{operation} shows {wanted}");
        self.browser.until(&what, &script).await;
    }

    /// Waits for an element and presses it.
    async fn press(&self, selector: &str) {
        self.until_there(selector).await;
        let press = format!("document.querySelector('{selector}').click()");
        self.browser.run(&press, vec![]).await;
    }

    async fn until_there(&self, selector: &str) {
        let there = format!("return document.querySelector('{selector}') !== null");
        self.browser.until(selector, &there).await;
    }
}

/// A selector inside an operation, which is named `Tag-operationId`.
fn within(operation: &str, selector: &str) -> String {
    format!("#operations-{operation} {selector}")
}
