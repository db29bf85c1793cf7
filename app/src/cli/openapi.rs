//! `leopard openapi`

use clap::{Args, ValueEnum};

use super::output::print;

#[derive(Args)]
pub struct Openapi {
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

impl Openapi {
    pub fn run(&self) {
        let text = match self.format {
            Format::Json => leopard_openapi::document_json(),
            Format::Yaml => leopard_openapi::document_yaml(),
        };
        print(text.trim_end());
    }
}
