use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::{
    Credentials, NewUser, PasswordHash, SearchTerms, SearchWord, User, UserEdit, UserRecord,
};
use leopard_core::domain::change::{Administrator, PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::notification::Preferences;
use leopard_core::domain::page::Page;
use leopard_core::port::{UserQuery, UserRepository};

use super::MemoryStore;
use super::sessions::revoke;
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
        Ok(users
            .filter(|user| usernames.contains(&user.username))
            .cloned()
            .collect())
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        Ok(named(&self.tables(), &username).cloned())
    }

    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure> {
        let tables = self.tables();
        let users = tables.users.values().map(|known| &known.user);
        let mut found: Vec<_> = users
            .filter(|user| user.is_active || query.include_inactive)
            .filter_map(|user| Some((found_by(query.search.as_ref(), user)?, user)))
            .collect();
        // They are in the order of their ids already.
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(page_of(found.into_iter().map(|(_, user)| user), query.page))
    }

    async fn commit(&self, change: UserChange) -> Result<User, Failure> {
        store(&mut self.tables(), change)
    }

    async fn commit_once(&self, change: Keyed<UserChange>) -> Result<Committed<User>, Failure> {
        self.tables().once(change, store)
    }
}

fn store(tables: &mut Tables, change: UserChange) -> Result<User, Failure> {
    match change {
        UserChange::Create { user, by } => {
            require_administrator(tables, by)?;
            create(tables, user)
        }
        UserChange::CreateFirst(user) => {
            if tables.users.is_empty() {
                create(tables, user)
            } else {
                Err(Failure::Conflict)
            }
        }
        UserChange::SetPassword {
            user,
            password,
            at,
            by,
        } => set_password(tables, user, password, at, by),
        UserChange::Edit { user, edit, by } => {
            require_administrator(tables, by)?;
            self::edit(tables, user, edit)
        }
        UserChange::SetPreferences { user, edit } => {
            let known = tables.users.get_mut(&user).ok_or(Failure::NotFound)?;
            known.user = User::restore(UserRecord {
                preferences: edit.applied_to(&known.user.preferences),
                ..(*known.user).clone()
            });
            Ok(known.user.clone())
        }
        UserChange::Deactivate(user) => {
            let known = tables.users.get_mut(&user).ok_or(Failure::NotFound)?;
            let shut_out = UserEdit {
                is_active: Some(false),
                ..UserEdit::default()
            };
            known.user = shut_out.applied_to(&known.user);
            Ok(known.user.clone())
        }
    }
}

/// The word by which this user is found: none is needed where nothing is searched.
fn found_by(search: Option<&SearchTerms>, user: &User) -> Option<String> {
    let Some(terms) = search else {
        return Some(String::new());
    };
    let words = SearchWord::all_of(&user.username, &user.first_name, &user.last_name);
    Some(terms.found_by(&words)?.text.clone())
}

fn set_password(
    tables: &mut Tables,
    user: UserId,
    password: PasswordHash,
    at: DateTime<Utc>,
    by: PasswordSetter,
) -> Result<User, Failure> {
    let own = match by {
        PasswordSetter::Operator => None,
        PasswordSetter::Owner {
            login,
            tokens_valid_from,
        } => {
            tables.require_unchanged(user, tokens_valid_from)?;
            login
        }
    };
    let known = tables.users.get_mut(&user).ok_or(Failure::NotFound)?;
    known.password = password;
    known.user = User::restore(UserRecord {
        tokens_valid_from: at,
        ..(*known.user).clone()
    });
    let changed = known.user.clone();
    let sessions = tables.sessions.values_mut();
    for session in sessions.filter(|session| session.user == user) {
        if own.as_ref() != Some(&session.id) {
            revoke(session, at);
        }
    }
    Ok(changed)
}

/// Refuses who may not administer any more.
fn require_administrator(tables: &Tables, by: Administrator) -> Result<(), Failure> {
    let Administrator::Staff(by) = by else {
        return Ok(());
    };
    let known = tables.users.get(&by).ok_or(Failure::PermissionDenied)?;
    access::may_administer(&known.user)
}

fn edit(tables: &mut Tables, user: UserId, edit: UserEdit) -> Result<User, Failure> {
    let takes_rights = edit.takes_rights();
    let known = tables.users.get(&user).ok_or(Failure::NotFound)?;
    let changed = edit.applied_to(&known.user);
    let administers = |user: &User| access::may_administer(user).is_ok();
    let mut others = tables.users.values().map(|known| &known.user);
    let has_other = others.any(|other| other.id != user && administers(other));
    if takes_rights && !has_other && !administers(&changed) {
        return Err(Failure::Conflict);
    }
    if let Some(known) = tables.users.get_mut(&user) {
        known.user = changed.clone();
    }
    Ok(changed)
}

fn named<'a>(tables: &'a Tables, username: &str) -> Option<&'a Credentials> {
    tables
        .users
        .values()
        .find(|known| known.user.username == username)
}

fn create(tables: &mut Tables, new: NewUser) -> Result<User, Failure> {
    if named(tables, new.username.as_str()).is_some() {
        return Err(Failure::Conflict);
    }
    let id = UserId(next_id(tables.users.len()));
    let user = User::restore(UserRecord {
        id,
        username: new.username.as_str().to_owned(),
        email: new.profile.email.as_str().to_owned(),
        first_name: new.profile.first_name.as_str().to_owned(),
        last_name: new.profile.last_name.as_str().to_owned(),
        is_staff: new.is_staff,
        is_active: true,
        preferences: Preferences::default(),
        tokens_valid_from: new.created_at,
        created_at: new.created_at,
    });
    let credentials = Credentials {
        user: user.clone(),
        password: new.password,
    };
    tables.users.insert(id, credentials);
    Ok(user)
}
