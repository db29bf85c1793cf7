//! Writes the client from the document.

use std::error::Error;
use std::{env, fs, path::Path};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let document = fs::read_to_string("openapi.json")?;
    // The generator types answers in plain JSON alone; a problem is JSON too.
    let document = document.replace("application/problem+json", "application/json");

    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let mut generator = Generator::new(&settings);
    let client = generator.generate_tokens(&serde_json::from_str(&document)?)?;
    let file = Path::new(&env::var("OUT_DIR")?).join("client.rs");
    Ok(fs::write(file, client.to_string())?)
}
