use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::UserChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::user::{Credentials, NewUser, User, UserRecord};
use leopard_core::port::UserRepository;

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

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        Ok(named(&self.tables(), &username).cloned())
    }

    async fn list(&self, request: PageRequest) -> Result<Page<User>, Failure> {
        let tables = self.tables();
        let users = tables.users.values().map(|known| &known.user);
        Ok(page_of(users, request))
    }

    async fn commit(&self, change: UserChange) -> Result<User, Failure> {
        let mut tables = self.tables();
        match change {
            UserChange::Create(user) => create(&mut tables, user),
            UserChange::CreateFirst(user) => {
                if tables.users.is_empty() {
                    create(&mut tables, user)
                } else {
                    Err(Failure::Conflict)
                }
            }
            UserChange::SetPassword { user, password, at } => {
                let known = tables.users.get_mut(&user).ok_or(Failure::NotFound)?;
                known.password = password;
                known.user = User::restore(UserRecord {
                    tokens_valid_from: at,
                    ..(*known.user).clone()
                });
                let changed = known.user.clone();
                let sessions = tables.sessions.values_mut();
                for session in sessions.filter(|session| session.user == user) {
                    revoke(session, at);
                }
                Ok(changed)
            }
            UserChange::Deactivate(user) => {
                let known = tables.users.get_mut(&user).ok_or(Failure::NotFound)?;
                known.user = User::restore(UserRecord {
                    is_active: false,
                    ..(*known.user).clone()
                });
                Ok(known.user.clone())
            }
        }
    }
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
        email: new.profile.email().to_owned(),
        first_name: new.profile.first_name().to_owned(),
        last_name: new.profile.last_name().to_owned(),
        is_staff: new.is_staff,
        is_active: true,
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
