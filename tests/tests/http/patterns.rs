//! The patterns of the document as a browser reads them: in JavaScript, with and without its `u` flag.

use leopard_tests::support::{Tool, document};
use serde_json::{Value, json};

/// Texts, and where they may stand.
fn cases() -> Value {
    json!([
        ["NewUser", "username", "Zoë", true],
        ["NewUser", "username", "李雷_7@x.y+z-", true],
        ["NewUser", "username", "two words", false],
        ["NewUser", "username", "line\n", false],
        ["NewUser", "username", "", false],
        ["NewUser", "email", "", true],
        ["NewUser", "email", "zoë@example.org", true],
        ["NewUser", "email", "zoë", false],
        ["NewTask", "title", " x ", true],
        ["NewTask", "title", "\u{3000}\t", false],
        ["NewTask", "title", "🐆", true],
        ["NewComment", "comment", "two\nlines", true],
        ["NewComment", "comment", "\n", false]
    ])
}

/// Reads the document and the cases, and says what is not as it should be.
const SCRIPT: &str = r#"
const { schemas, cases } = JSON.parse(require("fs").readFileSync(0, "utf8"));
let patterns = 0;
const visit = (value) => {
    if (value === null || typeof value !== "object") return;
    if (typeof value.pattern === "string") {
        for (const flags of ["", "u"]) new RegExp(value.pattern, flags);
        patterns += 1;
    }
    Object.values(value).forEach(visit);
};
visit(schemas);
for (const [schema, member, text, fits] of cases) {
    const { pattern } = schemas[schema].properties[member];
    for (const flags of ["", "u"]) {
        if (new RegExp(pattern, flags).test(text) !== fits)
            console.log(schema, member, JSON.stringify(text), flags, "fits:", !fits);
    }
}
console.log(patterns > 0 ? "read" : "no pattern found");
"#;

#[tokio::test]
async fn browser_validates_as_the_server_does() {
    let input = json!({ "schemas": document::read()["components"]["schemas"], "cases": cases() });
    let node = Tool::python("node").with(&["-e", SCRIPT]);
    let printed = node.input(&input.to_string()).run().await.stdout;
    assert_eq!(printed, "read\n");
}
