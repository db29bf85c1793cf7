//! The list of users, and the search for users by the beginnings of words.
//!
//! Each searchable word of a user is a row of a covering index. Words that begin with a term are adjacent
//! there, and each row shows by itself whether it is the first such word of its user, so that counting and
//! paging read the index only.

use std::collections::HashMap;

use leopard_core::domain::account::{SearchTerms, SearchWord, User, UserKind};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::port::UserQuery;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait, Select};

use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::page::rows_of;
use crate::sql::entity::user;
use crate::sql::entity::user_word::{Column, Entity, Model, rows};

pub(super) async fn list(snapshot: Executor<'_>, query: UserQuery) -> Result<Page<User>, SqlError> {
    let (total, users) = match &query.search {
        None => {
            let rows = all(query.kind, query.include_inactive);
            rows_of(snapshot, rows, query.page).await?
        }
        // Services have no words: they are few.
        Some(terms) if query.kind != Some(UserKind::Person) => {
            let all = snapshot.all(all(query.kind, query.include_inactive)).await?;
            return Ok(search(all.into_iter().map(User::from), terms, query.page));
        }
        Some(terms) => {
            let words = first_words(terms, query.include_inactive);
            let (total, words) = rows_of(snapshot, words, query.page).await?;
            (total, users_of(snapshot, &words).await?)
        }
    };
    Ok(Page { total, request: query.page, items: users.into_iter().map(User::from).collect() })
}

/// The page of the users that the search finds, in the order of the matching words.
fn search(
    users: impl Iterator<Item = User>,
    terms: &SearchTerms,
    request: PageRequest,
) -> Page<User> {
    let found = users.filter_map(|user| {
        let words = SearchWord::all_of(&user.username, &user.first_name, &user.last_name);
        Some((terms.matching_word(&words)?.text.clone(), user))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let total = found.len() as u64;
    let skipped = usize::try_from(request.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(request.size()).unwrap_or(usize::MAX);
    let items = found.into_iter().skip(skipped).take(size).map(|(_, user)| user).collect();
    Page { total, request, items }
}

/// The conditions are written like those of the partial indexes.
fn all(kind: Option<UserKind>, include_inactive: bool) -> Select<user::Entity> {
    let mut users = user::Entity::find().order_by_asc(user::Column::Id);
    if !include_inactive {
        users = users.filter(Expr::col(user::Column::IsActive));
    }
    let is_service = Expr::col(user::Column::IsService);
    match kind {
        None => users,
        Some(UserKind::Person) => users.filter(is_service.not()),
        Some(UserKind::Service) => users.filter(is_service),
    }
}

/// For each user found, the first word that begins with the leading term: the one whose predecessor does
/// not.
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

/// Whether the user of the row has any word that begins with the term.
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

/// A range of an index in which words are ordered by their bytes.
fn begins_with(word: Expr, term: &str) -> Expr {
    let from = word.clone().gte(term);
    match end_of(term) {
        Some(end) => from.and(word.lt(end)),
        None => from,
    }
}

/// The smallest text greater than all texts with this prefix, if there is one.
fn end_of(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Not every number is a code point.
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// The users of these words, in the same order. At most a page of words.
async fn users_of(snapshot: Executor<'_>, words: &[Model]) -> Result<Vec<user::Model>, SqlError> {
    if words.is_empty() {
        return Ok(vec![]);
    }
    let found =
        user::Entity::find().filter(user::Column::Id.is_in(words.iter().map(|word| word.user_id)));
    let found = snapshot.all(found).await?.into_iter();
    let mut found: HashMap<_, _> = found.map(|row| (row.id, row)).collect();
    let users = words.iter().filter_map(|word| found.remove(&word.user_id));
    Ok(users.collect())
}

/// Inserts the searchable words of a new user.
pub(super) async fn write_words(
    transaction: Executor<'_>,
    user: &user::Model,
) -> Result<(), SqlError> {
    transaction.insert_all(rows(user)).await
}

/// Replaces the searchable words of a changed user.
pub(super) async fn rewrite_words(
    transaction: Executor<'_>,
    user: &user::Model,
) -> Result<(), SqlError> {
    let old = Entity::delete_many().filter(Column::UserId.eq(user.id));
    transaction.execute(old.as_query()).await?;
    write_words(transaction, user).await
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn end_of_prefix_follows_every_text_with_the_prefix() {
        let end = |prefix| end_of(prefix);
        assert_eq!(end("an").as_deref(), Some("ao"));
        assert_eq!(end("é").as_deref(), Some("ê"));
        assert_eq!(end("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(end("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(end("\u{10ffff}"), None);
        assert!("an\u{10ffff}\u{10ffff}" < end("an").unwrap().as_str());
    }
}
