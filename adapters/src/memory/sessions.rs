use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::{Session, SpentToken, User};
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
            SessionChange::Open { session, tokens_valid_from } => {
                User::check_same_password(tables.user(session.user), tokens_valid_from)?;
                if tables.sessions.contains_key(&session.id) {
                    return Err(Failure::Internal("the session already exists".to_owned()));
                }
                let id = session.id.clone();
                tables.sessions.insert(id, session);
            }
            SessionChange::Rotate { session, spent, next, expires_at, at } => {
                let known = tables.sessions.get_mut(&session);
                let current = known
                    .filter(|known| known.refresh == spent && known.revoked_at.is_none())
                    .ok_or(Failure::Conflict)?;
                current.refresh = next;
                current.previous = Some(SpentToken { id: spent, at });
                current.expires_at = expires_at;
            }
            SessionChange::Revoke { session, at } => {
                if let Some(known) = tables.sessions.get_mut(&session) {
                    known.revoke(at);
                }
            }
        }
        Ok(())
    }

    async fn delete_ended(&self, before: DateTime<Utc>, limit: u32) -> Result<u64, Failure> {
        let mut tables = self.tables();
        let ended = tables.sessions.values();
        let ended = ended.filter(|session| session.has_ended(before));
        let ended = ended.take(limit as usize).map(|session| session.id.clone());
        let ended: Vec<_> = ended.collect();
        for id in &ended {
            tables.sessions.remove(id);
        }
        Ok(ended.len() as u64)
    }
}
