//! Users, listed and found by what somebody types.
//!
//! Each word under which a user is found is a row in an index that holds all that a search asks for.
//! Words that begin with a term lie together there, and a row says by itself whether it is the first
//! such word of its user. So a page is read from where it begins, and counting looks at nothing else.

use std::collections::HashMap;

use leopard_core::Failure;
use leopard_core::domain::account::{SearchTerms, User};
use leopard_core::domain::page::Page;
use leopard_core::port::UserQuery;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::sql::backend::error::failure;
use crate::sql::backend::page;
use crate::sql::commit::chunks::chunks_of;
use crate::sql::entity::user;
use crate::sql::entity::user_word::{Column, Entity, Model, rows};

/// One page of users.
pub(in crate::sql) async fn list(
    snapshot: &DatabaseTransaction,
    query: UserQuery,
) -> Result<Page<User>, Failure> {
    let (total, users) = match &query.search {
        None => {
            let rows = everybody(query.include_inactive);
            page::rows_of(snapshot, rows, query.page).await?
        }
        Some(terms) => {
            let words = first_words(terms, query.include_inactive);
            let (total, words) = page::rows_of(snapshot, words, query.page).await?;
            (total, users_of(snapshot, &words).await?)
        }
    };
    Ok(Page {
        total,
        request: query.page,
        items: users.into_iter().map(User::from).collect(),
    })
}

fn everybody(include_inactive: bool) -> Select<user::Entity> {
    let users = user::Entity::find().order_by_asc(user::Column::Id);
    if include_inactive {
        users
    } else {
        // As the partial index says it.
        users.filter(Expr::col(user::Column::IsActive))
    }
}

/// Of each user who is found the word by which they are: of those that begin with the leading term,
/// the one whose predecessor does not.
fn first_words(terms: &SearchTerms, include_inactive: bool) -> Select<Entity> {
    let length = i64::try_from(terms.lead().len()).unwrap_or(i64::MAX);
    let mut words = Entity::find()
        .filter(begins_with(Column::Word.into_expr(), terms.lead()))
        .filter(Column::Shared.lt(length))
        .order_by_asc(Column::Word)
        .order_by_asc(Column::UserId);
    if !include_inactive {
        words = words.filter(Column::IsActive.into_expr());
    }
    for term in terms.others() {
        words = words.filter(has_word(term));
    }
    words
}

/// Whether the user of the row has a word, this one or another, that begins with the term.
fn has_word(term: &str) -> Expr {
    const OTHER: &str = "other";
    let other = |column: Column| Expr::col((OTHER, column));
    let found = Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, OTHER)
        .and_where(other(Column::UserId).equals((Entity, Column::UserId)))
        .and_where(begins_with(other(Column::Word), term))
        .to_owned();
    Expr::exists(found)
}

/// A range, which an index finds; words are in the order of their bytes.
fn begins_with(word: Expr, term: &str) -> Expr {
    let from = word.clone().gte(term);
    match end_of(term) {
        Some(end) => from.and(word.lt(end)),
        None => from,
    }
}

/// The least text behind all that begin with the prefix; none if nothing can be.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Not every number is a character.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// The users of these words, in their order; there are at most as many as on a page.
async fn users_of(
    snapshot: &DatabaseTransaction,
    words: &[Model],
) -> Result<Vec<user::Model>, Failure> {
    if words.is_empty() {
        return Ok(vec![]);
    }
    let found = user::Entity::find()
        .filter(user::Column::Id.is_in(words.iter().map(|word| word.user_id)))
        .all(snapshot)
        .await
        .map_err(failure)?;
    let mut found: HashMap<_, _> = found.into_iter().map(|row| (row.id, row)).collect();
    let users = words.iter().filter_map(|word| found.remove(&word.user_id));
    Ok(users.collect())
}

/// Writes down under which words a new user is found.
pub(in crate::sql) async fn write_words(
    transaction: &DatabaseTransaction,
    user: &user::Model,
) -> Result<(), Failure> {
    for chunk in chunks_of(&rows(user)) {
        Entity::insert_many(chunk.to_vec())
            .exec_without_returning(transaction)
            .await
            .map_err(failure)?;
    }
    Ok(())
}

/// The same for a user who has been changed.
pub(in crate::sql) async fn rewrite_words(
    transaction: &DatabaseTransaction,
    user: &user::Model,
) -> Result<(), Failure> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.id))
        .exec(transaction)
        .await
        .map_err(failure)?;
    write_words(transaction, user).await
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn the_end_is_behind_all_that_begin_with_the_prefix() {
        let end = |prefix| end_of(prefix);
        assert_eq!(end("an").as_deref(), Some("ao"));
        assert_eq!(end("é").as_deref(), Some("ê"));
        assert_eq!(end("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(end("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(end("\u{10ffff}"), None);
        assert!("an\u{10ffff}\u{10ffff}" < end("an").unwrap().as_str());
    }
}
