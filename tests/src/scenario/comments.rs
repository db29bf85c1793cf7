use leopard_core::Failure;
use leopard_core::domain::id::CommentId;
use leopard_core::domain::task::{CommentText, ExpectedVersion};

use super::actor::Actor;
use super::operation::Match;
use super::run::{Answer, Scenario, page_of, seen, text};

impl Scenario<'_> {
    /// Adds a comment through `add_comment` and `comments` in turn.
    pub(super) async fn comment(&mut self, by: Actor, number: usize, mentions: &[Actor]) -> Answer {
        let (tasks, user) = (&self.services.core.tasks, self.user(by));
        let (task, content) = (self.task(number), self.mentioning(mentions));
        let any = ExpectedVersion::Any;
        let (id, answer) = if self.comments.len().is_multiple_of(2) {
            let added = tasks.comment(user, task, content, any, None).await?.into_value();
            let newest = added.task.comments.last().expect("a comment");
            (newest.id, seen(&added))
        } else {
            let added = tasks.create_comment(user, task, content, any, None).await?;
            let added = added.into_value();
            (added.value.id, seen(&added))
        };
        self.comments.push(id);
        answer
    }

    pub(super) async fn comments_of(
        &self,
        by: Actor,
        number: usize,
        (page, size): (usize, usize),
    ) -> Answer {
        let (tasks, page) = (&self.services.core.tasks, page_of(page, size)?);
        seen(tasks.comments(self.user(by), self.task(number), page).await?)
    }

    pub(super) async fn readers(
        &self,
        by: Actor,
        number: usize,
        (page, size): (usize, usize),
    ) -> Answer {
        let (tasks, page) = (&self.services.core.tasks, page_of(page, size)?);
        seen(tasks.readers(self.user(by), self.task(number), page).await?)
    }

    pub(super) async fn delete_comment(
        &self,
        by: Actor,
        number: usize,
        comment: usize,
        version: Match,
    ) -> Result<(), Failure> {
        let place = comment.checked_rem(self.comments.len());
        let comment = place.map_or(CommentId(i64::MAX), |place| self.comments[place]);
        let version = self.expected(number, version).await?;
        let tasks = &self.services.core.tasks;
        let deleted = tasks.delete_comment(self.user(by), self.task(number), comment, version);
        deleted.await
    }

    pub(super) async fn remove_reader(
        &self,
        by: Actor,
        number: usize,
        reader: Actor,
        version: Match,
    ) -> Result<(), Failure> {
        let version = self.expected(number, version).await?;
        let (tasks, reader) = (&self.services.core.tasks, self.id(reader));
        let removed = tasks.remove_reader(self.user(by), self.task(number), reader, version);
        removed.await
    }

    fn mentioning(&self, users: &[Actor]) -> CommentText {
        let names = users.iter().map(|who| format!(", @{}", self.username(*who)));
        text(&format!("Look{}.", names.collect::<String>()))
    }
}
