//! What was found of logins a moment ago: most requests come from those who have just asked.

use std::ops::Deref;

use chrono::TimeDelta;

use crate::domain::id::{SessionId, UserId};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::recent::Recent;

/// How long a finding counts. Users may be remembered for a second before that, and a stream that was
/// opened upon both goes on until the next look at the logins: together that is less than five seconds.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);

/// A user, and the login of ours that the token names.
pub(super) type Finding = (User, Option<Session>);

/// Findings of the last second.
pub struct Standings(Recent<(UserId, Option<SessionId>), Finding>);

impl Default for Standings {
    fn default() -> Self {
        Self(Recent::new(LIFETIME))
    }
}

impl Deref for Standings {
    type Target = Recent<(UserId, Option<SessionId>), Finding>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
