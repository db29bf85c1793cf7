//! Pages of rows with their total, both from one snapshot.

use leopard_core::domain::page::PageRequest;
use sea_orm::{
    DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QuerySelect, Select,
};

/// The number of all `rows`, and the rows of the requested page.
pub(in crate::sql) async fn rows_of<E, M>(
    snapshot: &DatabaseTransaction,
    rows: Select<E>,
    request: PageRequest,
) -> Result<(u64, Vec<M>), DbErr>
where
    E: EntityTrait<Model = M>,
    M: FromQueryResult + Sized + Send + Sync,
{
    let total = rows.clone().count(snapshot).await?;
    if request.offset() >= total {
        return Ok((total, Vec::new()));
    }
    let page = rows.offset(request.offset()).limit(request.size());
    Ok((total, page.all(snapshot).await?))
}
