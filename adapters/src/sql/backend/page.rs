//! Pages of rows with their total, both from one snapshot.

use leopard_core::domain::page::PageRequest;
use sea_orm::{EntityTrait, QuerySelect, Select};

use super::error::SqlError;
use super::{Executor, FromRow};

/// The number of all `rows`, and the rows of the requested page.
pub(in crate::sql) async fn rows_of<E: EntityTrait>(
    snapshot: Executor<'_>,
    rows: Select<E>,
    request: PageRequest,
) -> Result<(u64, Vec<E::Model>), SqlError>
where
    E::Model: FromRow,
{
    let total = snapshot.count(rows.clone()).await?;
    if request.offset() >= total {
        return Ok((total, Vec::new()));
    }
    let page = rows.offset(request.offset()).limit(request.size());
    Ok((total, snapshot.all(page).await?))
}
