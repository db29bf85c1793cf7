//! The readers of a task.

use super::Tasks;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{User, WithUserNames};
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::{TaskId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::task::{ExpectedVersion, Reader, Task};
use crate::port::GrantQuery;

impl Tasks {
    /// One page of the readers of a task: assignee, assigner and creator first, then mentioned users by id.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] if the caller may not read the task, [`Failure::InvalidPage`].
    pub async fn readers(
        &self,
        caller: &User,
        id: TaskId,
        page: PageRequest,
    ) -> Result<WithUserNames<Page<Reader>>, Failure> {
        let task = self.readable(caller, id).await?;
        let involved = task.role_holders();
        let granted = self.tasks.granted(id, involved.clone()).await?;
        let first = involved.len() as u64;
        let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let mut readers: Vec<_> = (involved.iter().skip(skipped))
            .zip(0..page.size())
            .map(|(user, _)| Reader::of(&task, *user, granted.contains(user)))
            .collect();
        let query = GrantQuery {
            task: id,
            except: involved,
            skip: page.offset().saturating_sub(first),
            limit: page.size() - readers.len() as u64,
        };
        let (others, users) = self.tasks.granted_users(query).await?;
        readers.extend(users.into_iter().map(|user| Reader::of(&task, user, true)));
        let page = Page { total: first + others, request: page, items: readers };
        let page = page.within_bounds()?;
        let user_names = page.items.iter().map(|reader| reader.user).collect();
        Ok(WithUserNames { user_names: self.user_names(user_names).await?, value: page })
    }

    /// Revokes the read access that mentions granted to a user. A later mention grants it again.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is involved, [`Failure::ReaderInvolved`],
    /// [`Failure::NotFound`] if no mention grants it, [`Failure::PreconditionFailed`].
    pub async fn remove_reader(
        &self,
        caller: &User,
        id: TaskId,
        reader: UserId,
        expected: ExpectedVersion,
    ) -> Result<(), Failure> {
        let decide = |task: &Task| {
            access::may_remove_reader(caller, task, reader)?;
            let (at, expected_version) = (self.clock.now(), expected.at_commit(task));
            let touch = Touch { task: id, by: caller.id, at, expected_version };
            Ok(Some(TaskWrite::RemoveReader(reader, touch).into()))
        };
        self.change(caller, id, &expected, decide).await?;
        Ok(())
    }
}
