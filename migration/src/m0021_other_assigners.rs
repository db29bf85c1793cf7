//! The index of assigners without tasks that their assigner created, which the index of creators holds: most
//! tasks are written to one index less.

use sea_orm_migration::prelude::*;

use crate::ddl::{drop_index, index};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NAME: &str = "tasks_of_assigner";
const TABLE: &str = "tasks";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let others = Expr::col("assigned_by").ne(Expr::col("created_by"));
        drop_index(manager, NAME, TABLE).await?;
        manager.create_index(of_assigner().and_where(others).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, NAME, TABLE).await?;
        manager.create_index(of_assigner()).await
    }
}

fn of_assigner() -> IndexCreateStatement {
    let columns = [
        "assigned_by",
        "due_date",
        "created_at",
        "id",
        "status",
        "priority",
        "linked_entity_id",
        "linked_entity_type",
    ];
    index(NAME, TABLE, &columns)
}
