use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::{Session, SessionRecord, SpentToken};
use leopard_core::domain::change::SessionChange;
use leopard_core::domain::id::SessionId;
use leopard_core::port::SessionRepository;

use super::MemoryStore;

#[async_trait]
impl SessionRepository for MemoryStore {
    async fn find_many(&self, ids: Vec<SessionId>) -> Result<Vec<Session>, Failure> {
        let tables = self.tables();
        let ids: HashSet<SessionId> = ids.into_iter().collect();
        let found = ids.iter().filter_map(|id| tables.sessions.get(id));
        Ok(found.cloned().collect())
    }

    async fn commit(&self, change: SessionChange) -> Result<(), Failure> {
        let mut tables = self.tables();
        match change {
            SessionChange::Open {
                login,
                tokens_valid_from,
            } => {
                tables.require_unchanged(login.user, tokens_valid_from)?;
                if tables.sessions.contains_key(&login.id) {
                    return Err(Failure::Internal("this login exists already".to_owned()));
                }
                let id = login.id.clone();
                tables.sessions.insert(id, Session::restore(login));
            }
            SessionChange::Rotate {
                session,
                spent,
                next,
                expires_at,
                at,
            } => {
                let known = tables.sessions.get_mut(&session);
                let current = known
                    .filter(|known| known.refresh == spent && known.revoked_at.is_none())
                    .ok_or(Failure::Conflict)?;
                *current = Session::restore(SessionRecord {
                    refresh: next,
                    previous: Some(SpentToken { id: spent, at }),
                    expires_at,
                    ..(**current).clone()
                });
            }
            SessionChange::Revoke { session, at } => {
                if let Some(known) = tables.sessions.get_mut(&session) {
                    revoke(known, at);
                }
            }
        }
        Ok(())
    }

    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure> {
        let mut tables = self.tables();
        let ended = tables.sessions.values().filter(|session| {
            session.expires_at <= before || session.revoked_at.is_some_and(|at| at <= before)
        });
        let ended = ended.take(limit as usize).map(|session| session.id.clone());
        let ended: Vec<_> = ended.collect();
        for id in &ended {
            tables.sessions.remove(id);
        }
        Ok(ended.len() as u64)
    }
}

/// Ends a login, unless it has ended already.
pub(super) fn revoke(session: &mut Session, at: DateTime<Utc>) {
    if session.revoked_at.is_none() {
        *session = Session::restore(SessionRecord {
            revoked_at: Some(at),
            ..(**session).clone()
        });
    }
}
