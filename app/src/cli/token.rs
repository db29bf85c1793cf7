//! `leopard token`

use clap::Args;

use super::output::say;
use super::{Beginning, QuietSettings, with_node};
use crate::complaint::Complaint;

#[derive(Args)]
pub struct Token {
    /// Whose
    name: String,
    #[command(flatten)]
    settings: QuietSettings,
}

impl Token {
    pub async fn run(self) -> Result<(), Complaint> {
        with_node(&self.settings, Beginning::Refused, async |node| {
            say(node.accounts.access_token_for(self.name.clone()).await?);
            Ok(())
        })
        .await
    }
}
