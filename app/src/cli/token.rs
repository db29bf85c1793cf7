//! `leopard token`

use clap::Args;

use super::output::print;
use super::{QuietSettings, with_node};
use crate::cli_error::CliError;
use crate::schema::SchemaPolicy;

#[derive(Args)]
pub struct Token {
    /// Whose
    name: String,
    #[command(flatten)]
    settings: QuietSettings,
}

impl Token {
    pub async fn run(self) -> Result<(), CliError> {
        with_node(&self.settings, SchemaPolicy::Require, async |node| {
            print(node.accounts.access_token_for(self.name.clone()).await?);
            Ok(())
        })
        .await
    }
}
