use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::{
    Credentials, ExternalId, NewUser, PasswordHash, SearchTerms, SearchWord, User, UserEdit,
};
use leopard_core::domain::change::{Administrator, PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::Page;
use leopard_core::port::{UserQuery, UserRepository};

use super::MemoryStore;
use super::tables::{Tables, next_id, page_of};

#[async_trait]
impl UserRepository for MemoryStore {
    async fn find_many(&self, mut ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let tables = self.tables();
        let found = ids.iter().filter_map(|id| tables.users.get(id));
        Ok(found.map(|known| known.user.clone()).collect())
    }

    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure> {
        let tables = self.tables();
        let users = tables.users.values().map(|known| &known.user);
        Ok(users.filter(|user| usernames.contains(&user.username)).cloned().collect())
    }

    async fn find_external(&self, external_ids: Vec<String>) -> Result<Vec<User>, Failure> {
        let tables = self.tables();
        let users = tables.users.values().map(|known| &known.user);
        let is_wanted =
            |user: &&User| user.external_id.as_ref().is_some_and(|id| external_ids.contains(id));
        Ok(users.filter(is_wanted).cloned().collect())
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        Ok(named(&self.tables(), &username).cloned())
    }

    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure> {
        let tables = self.tables();
        let users = tables.users.values().map(|known| &known.user);
        let mut found: Vec<_> = users
            .filter(|user| user.is_active || query.include_inactive)
            .filter(|user| query.kind.is_none_or(|kind| user.kind == kind))
            .filter_map(|user| Some((found_by(query.search.as_ref(), user)?, user)))
            .collect();
        // A stable sort: users with the same word stay in the order of their ids.
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(page_of(found.into_iter().map(|(_, user)| user), query.page))
    }

    async fn commit(
        &self,
        change: UserChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure> {
        self.tables().once(key, |tables| store(tables, change))
    }
}

fn store(tables: &mut Tables, change: UserChange) -> Result<User, Failure> {
    match change {
        UserChange::Create { user, by } => {
            check_administrator(tables, by, None)?;
            create(tables, user)
        }
        UserChange::CreateFirst(user) => {
            access::check_first_user(tables.users.len() as u64)?;
            create(tables, user)
        }
        UserChange::SetPassword { user, password, at, by } => {
            set_password(tables, user, password, at, &by)
        }
        UserChange::Edit { user, edit, by } => {
            check_administrator(tables, by, Some(user))?;
            self::edit(tables, user, &edit)
        }
        UserChange::SetPreferences { user, edit } => update(tables, user, |user| User {
            preferences: edit.applied_to(&user.preferences),
            ..user.clone()
        }),
        UserChange::Deactivate(user) => {
            update(tables, user, |user| UserEdit::deactivation().applied_to(user))
        }
    }
}

/// The word that the search finds the user by; empty without a search.
fn found_by(search: Option<&SearchTerms>, user: &User) -> Option<String> {
    let Some(terms) = search else {
        return Some(String::new());
    };
    let words = SearchWord::all_of(&user.username, &user.first_name, &user.last_name);
    Some(terms.matching_word(&words)?.text.clone())
}

fn update(
    tables: &mut Tables,
    id: UserId,
    change: impl FnOnce(&User) -> User,
) -> Result<User, Failure> {
    let known = tables.users.get_mut(&id).ok_or(Failure::NotFound)?;
    known.user = change(&known.user);
    Ok(known.user.clone())
}

fn set_password(
    tables: &mut Tables,
    id: UserId,
    password: PasswordHash,
    at: DateTime<Utc>,
    by: &PasswordSetter,
) -> Result<User, Failure> {
    if let PasswordSetter::Owner { tokens_valid_from, .. } = by {
        User::check_same_password(tables.user(id), *tokens_valid_from)?;
    }
    let known = tables.users.get_mut(&id).ok_or(Failure::NotFound)?;
    known.password = Some(password);
    known.user.tokens_valid_from = at;
    let changed = known.user.clone();
    let sessions = tables.sessions.values_mut();
    for session in sessions.filter(|session| session.user == id) {
        if by.kept_session() != Some(&session.id) {
            session.revoke(at);
        }
    }
    Ok(changed)
}

fn check_administrator(
    tables: &Tables,
    by: Administrator,
    edited: Option<UserId>,
) -> Result<(), Failure> {
    let author = by.user().and_then(|id| tables.user(id));
    access::check_administrator(by, author, edited.and_then(|id| tables.user(id)))
}

fn edit(tables: &mut Tables, id: UserId, edit: &UserEdit) -> Result<User, Failure> {
    let changed = edit.applied_to(tables.user(id).ok_or(Failure::NotFound)?);
    let mut others = tables.users.values().map(|known| &known.user).filter(|user| user.id != id);
    if others.clone().any(|other| other.username == changed.username) {
        return Err(Failure::Conflict);
    }
    let is_any_left = access::is_personal_administrator(&changed)
        || others.any(access::is_personal_administrator);
    access::check_administrator_left(edit, is_any_left)?;
    update(tables, id, |_| changed)
}

fn named<'a>(tables: &'a Tables, username: &str) -> Option<&'a Credentials> {
    let mut all = tables.users.values();
    all.find(|known| known.user.username == username)
}

fn create(tables: &mut Tables, new: NewUser) -> Result<User, Failure> {
    let mut users = tables.users.values().map(|known| &known.user);
    let external_id = new.external_id.as_ref().map(ExternalId::as_str);
    let is_taken = |user: &User| {
        let has_same_id = external_id.is_some() && user.external_id.as_deref() == external_id;
        has_same_id || user.username == new.username.as_str()
    };
    if users.any(is_taken) {
        return Err(Failure::Conflict);
    }
    let credentials = new.into_credentials(UserId(next_id(tables.users.len())));
    let user = credentials.user.clone();
    tables.users.insert(user.id, credentials);
    Ok(user)
}
