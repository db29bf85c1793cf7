//! Pages: the elements and how many there are in all, of one moment.

use leopard_core::Failure;
use leopard_core::domain::page::PageRequest;
use sea_orm::{
    DatabaseTransaction, EntityTrait, FromQueryResult, PaginatorTrait, QuerySelect, Select,
};

use super::error::failure;

/// The rows of one page of `rows`, which are in order, and how many rows there are.
pub(in crate::sql) async fn rows_of<E, M>(
    snapshot: &DatabaseTransaction,
    rows: Select<E>,
    request: PageRequest,
) -> Result<(u64, Vec<M>), Failure>
where
    E: EntityTrait<Model = M>,
    M: FromQueryResult + Sized + Send + Sync,
{
    let total = rows.clone().count(snapshot).await.map_err(failure)?;
    if request.offset() >= total {
        return Ok((total, Vec::new()));
    }
    let page = rows
        .offset(request.offset())
        .limit(request.size())
        .all(snapshot)
        .await
        .map_err(failure)?;
    Ok((total, page))
}
