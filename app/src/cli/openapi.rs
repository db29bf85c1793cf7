//! `leopard openapi`

use clap::{Args, ValueEnum};

use super::output::say;
use crate::complaint::Complaint;

#[derive(Args)]
pub struct Openapi {
    /// What it is written in
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

impl Openapi {
    pub fn run(&self) -> Result<(), Complaint> {
        let text = match self.format {
            Format::Json => leopard_openapi::document_json(),
            Format::Yaml => serde_norway::to_string(&leopard_openapi::document())
                .map_err(|error| Complaint(format!("cannot write YAML: {error}")))?,
        };
        say(text.trim_end());
        Ok(())
    }
}
