use leopard_core::domain::id::CommentId;
use leopard_core::domain::task::{CommentText, ExpectedVersion};

use super::actor::Actor;
use super::run::{Observation, Scenario, seen};
use crate::fixtures::text;

impl Scenario<'_> {
    /// Adds a comment through `add_comment` and `comments` in turn.
    pub(super) async fn comment(
        &mut self,
        by: Actor,
        number: usize,
        mentions: &[Actor],
    ) -> Observation {
        let (tasks, user) = (&self.services.core.tasks, self.user(by));
        let (task, content) = (self.task(number), self.mentioning(mentions));
        let any = ExpectedVersion::Any;
        let (id, added) = if self.comments.len().is_multiple_of(2) {
            let added = tasks.comment(user, task, content, any, None).await?.into_value();
            let newest = added.task.comments.last().expect("a comment");
            (newest.id, seen(&added))
        } else {
            let added = tasks.create_comment(user, task, content, any, None).await?;
            let added = added.into_value();
            (added.value.id, seen(&added))
        };
        self.comments.push(id);
        added
    }

    /// The comment of this number among those of all tasks.
    pub(super) fn comment_id(&self, number: usize) -> CommentId {
        let place = number.checked_rem(self.comments.len());
        place.map_or(CommentId(i64::MAX), |place| self.comments[place])
    }

    fn mentioning(&self, users: &[Actor]) -> CommentText {
        let names = users.iter().map(|who| format!(", @{}", self.username(*who)));
        text(&format!("Look{}.", names.collect::<String>()))
    }
}
