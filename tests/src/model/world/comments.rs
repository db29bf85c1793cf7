//! Comments, and who may read a task by being mentioned.

use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::ReadingReason;

use super::tasks::is_involved;
use super::{Verdict, World, page, refuse};
use crate::model::answer::{Answer, Refusal, SeenComment};
use crate::model::operation::Match;
use crate::model::people::Who;

/// The most mentions of a comment.
const MENTIONS: usize = 20;

/// How many comments are shown with their task.
const SHOWN: usize = 20;

impl World {
    /// Those whom an involved user mentions are told, and may read the task from then on.
    pub(super) fn comment(&mut self, by: Who, number: usize, mentions: &[Who]) -> Verdict {
        let (number, task) = self.visible(by, number)?;
        let mut mentioned = mentions.to_vec();
        mentioned.retain(|who| self.is_active(*who));
        refuse([(mentioned.len() > MENTIONS, Refusal::Invalid("comment"))])?;
        let invites = is_involved(by, &task.seen);
        let comment = self.comments_so_far;
        self.comments_so_far += 1;
        self.task(number).comments.push(SeenComment {
            number: comment,
            by,
            mentions: mentioned.clone(),
        });
        self.change_comments(by, number);
        mentioned.sort_unstable();
        mentioned.dedup();
        mentioned.retain(|_| invites);
        for who in mentioned {
            self.task(number).grants.push((who, comment));
            let title = "You were mentioned in a task comment".to_owned();
            let seen = self.task(number).seen.clone();
            self.tell_of(who, NotificationType::TaskMentioned, title, (number, &seen));
        }
        Ok(Answer::Task(Box::new(self.task(number).seen.clone())))
    }

    /// Several comments, one after the other; the last one's answer.
    pub(super) fn chat(&mut self, by: Who, number: usize, times: usize) -> Verdict {
        for _ in 1..times {
            self.comment(by, number, &[])?;
        }
        self.comment(by, number, &[])
    }

    pub(super) fn delete_comment(
        &mut self,
        by: Who,
        number: usize,
        comment: usize,
        version: Match,
    ) -> Verdict {
        let (number, task) = self.visible(by, number)?;
        let comment = comment.checked_rem(self.comments_so_far);
        let found = task.comments.iter().find(|it| Some(it.number) == comment);
        let is_theirs = by.is_staff() || task.seen.creator == by;
        refuse([
            (version == Match::Outdated, Refusal::PreconditionFailed),
            (found.is_none(), Refusal::NotFound),
            (
                found.is_some_and(|it| !is_theirs && it.by != by),
                Refusal::Forbidden,
            ),
        ])?;
        let task = self.task(number);
        task.comments.retain(|it| Some(it.number) != comment);
        task.grants.retain(|(_, by)| Some(*by) != comment);
        self.change_comments(by, number);
        Ok(Answer::Done)
    }

    pub(super) fn list_comments(
        &self,
        by: Who,
        number: usize,
        (number_of_page, size): (usize, usize),
    ) -> Verdict {
        let (_, task) = self.visible(by, number)?;
        let newest: Vec<_> = task.comments.into_iter().rev().collect();
        let (count, comments) = page(&newest, number_of_page, size)?;
        Ok(Answer::Comments(count, comments))
    }

    /// Those with a part in the task come first, then those who were mentioned.
    pub(super) fn readers(
        &self,
        by: Who,
        number: usize,
        (number_of_page, size): (usize, usize),
    ) -> Verdict {
        let (_, task) = self.visible(by, number)?;
        let parts = [
            (task.seen.to, ReadingReason::Assignee),
            (Some(task.seen.assigner), ReadingReason::Assigner),
            (Some(task.seen.creator), ReadingReason::Creator),
        ];
        let mentioned = Who::KNOWN.into_iter();
        let mentioned = mentioned.filter(|who| task.grants.iter().any(|(to, _)| to == who));
        let all = parts
            .into_iter()
            .filter_map(|(who, reason)| Some((who?, reason)));
        let all = all.chain(mentioned.map(|who| (who, ReadingReason::Mention)));
        let mut readers: Vec<(Who, Vec<ReadingReason>)> = vec![];
        for (who, reason) in all {
            match readers.iter_mut().find(|(known, _)| *known == who) {
                Some((_, reasons)) => reasons.push(reason),
                None => readers.push((who, vec![reason])),
            }
        }
        let (count, readers) = page(&readers, number_of_page, size)?;
        Ok(Answer::Readers(count, readers))
    }

    pub(super) fn remove_reader(
        &mut self,
        by: Who,
        number: usize,
        reader: Who,
        version: Match,
    ) -> Verdict {
        let (number, task) = self.visible(by, number)?;
        let has_part = task.seen.to == Some(reader)
            || [task.seen.assigner, task.seen.creator].contains(&reader);
        let is_mentioned = task.grants.iter().any(|(to, _)| *to == reader);
        refuse([
            (version == Match::Outdated, Refusal::PreconditionFailed),
            (!is_involved(by, &task.seen), Refusal::Forbidden),
            (has_part, Refusal::ReaderInvolved),
            (!has_part && !is_mentioned, Refusal::NotFound),
        ])?;
        self.task(number).grants.retain(|(to, _)| *to != reader);
        self.change_comments(by, number);
        Ok(Answer::Done)
    }

    /// Raises the version, and shows the comments that there now are.
    fn change_comments(&mut self, by: Who, number: usize) {
        let task = self.task(number);
        let mut seen = task.seen.clone();
        seen.comment_count = task.comments.len();
        let newest = task.comments.len().saturating_sub(SHOWN);
        seen.comments = task.comments[newest..].to_vec();
        self.change(by, number, seen);
    }
}
