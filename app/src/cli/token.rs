//! `leopard token`

use clap::Args;

use super::output::say;
use super::{QuietSettings, with_node};
use crate::complaint::Complaint;
use crate::schema::SchemaPolicy;

#[derive(Args)]
pub struct Token {
    /// Whose
    name: String,
    #[command(flatten)]
    settings: QuietSettings,
}

impl Token {
    pub async fn run(self) -> Result<(), Complaint> {
        with_node(&self.settings, SchemaPolicy::Require, async |node| {
            say(node.accounts.access_token_for(self.name.clone()).await?);
            Ok(())
        })
        .await
    }
}
