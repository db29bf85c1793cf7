use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::id::UserId;
use leopard_core::port::StreamPresence;

/// The presence of a node that shares its database with no other.
#[derive(Debug, Default)]
pub struct SingleNode;

#[async_trait]
impl StreamPresence for SingleNode {
    async fn report(&self, _: Vec<(UserId, u32)>) -> Result<(), Failure> {
        Ok(())
    }

    async fn count_on_other_nodes(&self, _: UserId) -> Result<u32, Failure> {
        Ok(0)
    }
}
