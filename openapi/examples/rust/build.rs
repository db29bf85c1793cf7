//! Writes the client from the document.

use std::error::Error;
use std::{env, fs, path::Path};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let document = fs::read_to_string("openapi.json")?;
    // The generator types answers in plain JSON alone; a problem is JSON too.
    let document = document.replace("application/problem+json", "application/json");
    let mut document: Value = serde_json::from_str(&document)?;
    // It gives parameters of a header and of the URL one name. This client can send headers.
    let stream = &mut document["paths"]["/api/v1/notifications/stream/"]["get"];
    if let Some(parameters) = stream["parameters"].as_array_mut() {
        parameters.retain(|parameter| parameter["in"] != "query");
    }

    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let mut generator = Generator::new(&settings);
    let client = generator.generate_tokens(&serde_json::from_value(document)?)?;
    let file = Path::new(&env::var("OUT_DIR")?).join("client.rs");
    Ok(fs::write(file, client.to_string())?)
}
