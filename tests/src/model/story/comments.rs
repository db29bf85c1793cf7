use leopard_core::Failure;
use leopard_core::domain::id::CommentId;
use leopard_core::domain::task::{CommentText, ExpectedVersion, TaskDetails};

use super::{Story, page_of, text};
use crate::model::answer::Answer;
use crate::model::operation::Match;
use crate::model::people::Who;

impl Story<'_> {
    /// Adds a comment, by each of the two ways in turn.
    pub(super) async fn comment(
        &mut self,
        by: Who,
        number: usize,
        mentions: &[Who],
    ) -> Result<TaskDetails, Failure> {
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let (task, said) = (self.task(number), self.sentence(mentions));
        let any = ExpectedVersion::Any;
        if self.comments.len().is_multiple_of(2) {
            let shown = tasks
                .comment(user, task, said, any, None)
                .await?
                .into_value();
            let newest = shown.task.comments.last().expect("a comment");
            self.comments.push(newest.id);
            return Ok(shown);
        }
        let created = tasks.create_comment(user, task, said, any, None).await?;
        let shown = tasks.read(user, task).await?;
        self.comments.push(created.value().value.id);
        Ok(shown)
    }

    pub(super) async fn delete_comment(
        &self,
        by: Who,
        number: usize,
        comment: usize,
        version: Match,
    ) -> Result<Answer, Failure> {
        let place = comment.checked_rem(self.comments.len());
        let comment = place.map_or(CommentId(i64::MAX), |place| self.comments[place]);
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let version = self.expected(number, version).await?;
        let deleted = tasks.delete_comment(user, self.task(number), comment, version);
        deleted.await?;
        Ok(Answer::Done)
    }

    pub(super) async fn list_comments(
        &self,
        by: Who,
        number: usize,
        (number_of_page, size): (usize, usize),
    ) -> Result<Answer, Failure> {
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let page = page_of(number_of_page, size)?;
        let found = tasks.comments(user, self.task(number), page).await?.value;
        let comments = found.items.iter().map(|it| self.seen_comment(it));
        Ok(Answer::Comments(found.total, comments.collect()))
    }

    pub(super) async fn readers(
        &self,
        by: Who,
        number: usize,
        (number_of_page, size): (usize, usize),
    ) -> Result<Answer, Failure> {
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let page = page_of(number_of_page, size)?;
        let found = tasks.readers(user, self.task(number), page).await?.value;
        let readers = found.items.into_iter();
        let readers = readers.map(|reader| (self.who(reader.user), reader.reasons));
        Ok(Answer::Readers(found.total, readers.collect()))
    }

    pub(super) async fn remove_reader(
        &self,
        by: Who,
        number: usize,
        reader: Who,
        version: Match,
    ) -> Result<Answer, Failure> {
        let (tasks, user) = (&self.house.core.tasks, self.user(by));
        let version = self.expected(number, version).await?;
        let removed = tasks.remove_reader(user, self.task(number), self.id(reader), version);
        removed.await?;
        Ok(Answer::Done)
    }

    /// A sentence that names these people.
    fn sentence(&self, mentions: &[Who]) -> CommentText {
        let mut said = String::from("Look");
        for who in mentions {
            let name = self.people.get(*who as usize);
            let name = name.map_or("nobody", |user| &user.username);
            said = format!("{said}, @{name}");
        }
        text(&format!("{said}."))
    }
}
