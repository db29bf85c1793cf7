//! `leopard token`

use clap::Args;

use super::output::print;
use super::with_node;
use crate::cli_error::CliError;
use crate::config::Settings;
use crate::schema::SchemaPolicy;

#[derive(Args)]
pub struct Token {
    /// User name
    name: String,
    #[command(flatten)]
    settings: Settings,
}

impl Token {
    pub async fn run(self) -> Result<(), CliError> {
        with_node(self.settings, SchemaPolicy::Require, async |node| {
            print(node.core.accounts.access_token_for(self.name).await?);
            Ok(())
        })
        .await
    }
}
