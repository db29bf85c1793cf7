//! Access control: every rule about who may do what. Services and stores call these functions.
//!
//! The functions return [`Failure::PermissionDenied`] if the user may not, unless they say otherwise.

#![expect(clippy::missing_errors_doc, reason = "the module names the common error once")]

use super::field::FieldError;
use super::id::UserId;
use crate::Failure;
use crate::domain::account::{NewApiKey, Scope, Scopes, User, UserEdit, UserKind};
use crate::domain::change::{Administrator, KeyGranter};
use crate::domain::task::{Comment, MentionEffect, Task, TaskScope};

/// Checks that the user may read the task and comment on it. `is_granted` says whether a mention grants
/// reading. All other rights to a task are checked for readers only.
///
/// # Errors
///
/// [`Failure::NotFound`] if the user may not: a task that they may not read does not exist for them.
pub fn may_read(user: &User, task: &Task, is_granted: bool) -> Result<(), Failure> {
    if is_involved(user, task) || is_granted { Ok(()) } else { Err(Failure::NotFound) }
}

/// Checks that a reader may edit and assign the task: involved users and staff.
pub fn may_change(user: &User, task: &Task) -> Result<(), Failure> {
    permitted(is_involved(user, task))
}

/// Checks that a reader may start, close and reopen the task: its assignee, its assigner and staff.
pub fn may_change_status(user: &User, task: &Task) -> Result<(), Failure> {
    let is_theirs = task.assigned_to == Some(user.id) || task.assigned_by == user.id;
    permitted(user.is_staff || is_theirs)
}

/// Checks that a reader may delete the task: its creator and staff.
pub fn may_delete(user: &User, task: &Task) -> Result<(), Failure> {
    permitted(user.is_staff || task.created_by == user.id)
}

/// Checks that a reader may delete the comment: its author, the creator of the task and staff.
pub fn may_delete_comment(user: &User, task: &Task, comment: &Comment) -> Result<(), Failure> {
    permitted(user.is_staff || [comment.author, task.created_by].contains(&user.id))
}

/// What the mentions in the reader's comments do. Only involved users and staff grant reading and notify:
/// a reader by mention cannot pass that on.
pub fn mention_effect(user: &User, task: &Task) -> MentionEffect {
    if is_involved(user, task) { MentionEffect::Invite } else { MentionEffect::None }
}

/// Checks that the user may revoke what mentions granted to a reader.
///
/// # Errors
///
/// [`Failure::PermissionDenied`], and [`Failure::ReaderInvolved`] if the reader is the assignee, assigner
/// or creator.
pub fn may_remove_reader(user: &User, task: &Task, reader: UserId) -> Result<(), Failure> {
    permitted(is_involved(user, task))?;
    if task.role_holders().contains(&reader) {
        return Err(Failure::ReaderInvolved);
    }
    Ok(())
}

/// Checks that the user may create a task with this assigner: only staff name another user.
pub fn may_assign_as(user: &User, assigner: UserId) -> Result<(), Failure> {
    permitted(user.is_staff || user.id == assigner)
}

/// Checks that the user may change the assigner of a task. Only staff may, because an assignee could lock
/// out the assigner otherwise.
pub fn may_change_assigner(user: &User) -> Result<(), Failure> {
    permitted(user.is_staff)
}

/// The tasks that the user may list.
pub fn readable_tasks(user: &User) -> TaskScope {
    if user.is_staff { TaskScope::Everyone } else { TaskScope::Involving(user.id) }
}

/// Checks that the user may create and edit users: active staff. The existence of users is no secret, so
/// the error is never [`Failure::NotFound`].
pub fn may_administer(user: &User) -> Result<(), Failure> {
    permitted(is_administrator(user))
}

/// Whether the user may create and edit users.
pub fn is_administrator(user: &User) -> bool {
    user.is_staff && user.is_active
}

/// Whether the user is a person who may create and edit users. A service may not remain as the only
/// administrator, because it cannot log in.
pub fn is_personal_administrator(user: &User) -> bool {
    is_administrator(user) && user.kind == UserKind::Person
}

/// Checks, in the transaction of a change, that its author may still make it. `author` is the user that the
/// [`Administrator`] names, and `edited` the user that changes, if they exist.
pub fn check_administrator(
    by: Administrator,
    author: Option<&User>,
    edited: Option<&User>,
) -> Result<(), Failure> {
    match by {
        Administrator::Operator => Ok(()),
        Administrator::Staff(_) => permitted(author.is_some_and(is_administrator)),
        Administrator::Program(_) => {
            author.filter(|author| author.is_active).ok_or(Failure::PermissionDenied)?;
            edited.map_or(Ok(()), is_open_to_programs)
        }
    }
}

/// Checks that a program without the staff right may change the user: it may not change staff, nor
/// services.
fn is_open_to_programs(user: &User) -> Result<(), Failure> {
    permitted(!user.is_staff && user.kind == UserKind::Person)
}

/// Checks, in the transaction of an edit, that an administrator is left after it. `is_any_left` is whether
/// any user is one by [`is_personal_administrator`].
///
/// # Errors
///
/// [`Failure::Conflict`] if the edit takes rights and no administrator is left.
pub fn check_administrator_left(edit: &UserEdit, is_any_left: bool) -> Result<(), Failure> {
    if edit.takes_rights() && !is_any_left {
        return Err(Failure::Conflict);
    }
    Ok(())
}

/// Checks, in the transaction that creates the first user, that there is no user yet.
///
/// # Errors
///
/// [`Failure::Conflict`]
pub fn check_first_user(user_count: u64) -> Result<(), Failure> {
    if user_count > 0 {
        return Err(Failure::Conflict);
    }
    Ok(())
}

/// Checks that the user may read all fields of another user: staff, and every user their own.
pub fn may_read_user(user: &User, other: UserId) -> Result<(), Failure> {
    permitted(user.is_staff || user.id == other)
}

/// The author of an edit of a user, if the caller may make it: staff, and every key that permits to write
/// users, but not the staff right. Users cannot take rights from themselves, so that a slip does not lock
/// them out.
///
/// # Errors
///
/// [`Failure::PermissionDenied`], those of [`may_call`], and [`Failure::Invalid`] with
/// [`FieldError::OwnRight`].
pub fn may_edit(
    user: &User,
    scopes: Option<&Scopes>,
    edited: UserId,
    edit: &UserEdit,
) -> Result<Administrator, Failure> {
    let author = may_write_users(user, scopes)?;
    if matches!(author, Administrator::Program(_)) {
        permitted(edit.is_staff.is_none())?;
    }
    if user.id == edited && edit.takes_rights() {
        return Err(Failure::Invalid(edit.rights_taken(&FieldError::OwnRight)));
    }
    Ok(author)
}

/// The author of a change of users, if the caller may make it: staff, and every key that permits it.
///
/// # Errors
///
/// Those of [`may_call`].
pub fn may_write_users(user: &User, scopes: Option<&Scopes>) -> Result<Administrator, Failure> {
    may_call(user, scopes, true, KeyAccess::With(Scope::UsersWrite))?;
    Ok(match scopes {
        None => Administrator::Staff(user.id),
        Some(_) => Administrator::Program(user.id),
    })
}

/// Checks that the caller may issue a token for another user: staff, and every key that permits it, but only
/// for persons, and for staff only on behalf of staff.
///
/// # Errors
///
/// [`Failure::PermissionDenied`], those of [`may_call`], and [`Failure::UserInactive`] for an inactive user.
pub fn may_issue_token(user: &User, scopes: Option<&Scopes>, owner: &User) -> Result<(), Failure> {
    may_call(user, scopes, true, KeyAccess::With(Scope::TokensIssue))?;
    permitted(owner.kind == UserKind::Person)?;
    permitted(user.is_staff || !owner.is_staff)
}

/// The API keys that an operation accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAccess {
    /// No key may call it, whatever its scopes.
    Refused,
    /// Every key may call it.
    Any,
    /// A key with this scope may call it.
    With(Scope),
}

/// Checks that the user may call an operation. `scopes` are those of the API key, if the caller used one.
///
/// # Errors
///
/// [`Failure::PermissionDenied`], and [`Failure::InsufficientScope`] if the key lacks the scope.
pub fn may_call(
    user: &User,
    scopes: Option<&Scopes>,
    needs_staff: bool,
    keys: KeyAccess,
) -> Result<(), Failure> {
    let acts_as_staff = match (scopes, keys) {
        (None, _) | (Some(_), KeyAccess::Any) => false,
        (Some(_), KeyAccess::Refused) => return Err(Failure::PermissionDenied),
        (Some(scopes), KeyAccess::With(scope)) if scopes.permit(scope) => {
            scope.needs_staff_to_grant()
        }
        (Some(_), KeyAccess::With(scope)) => return Err(Failure::InsufficientScope(scope)),
    };
    if needs_staff && !acts_as_staff { may_administer(user) } else { Ok(()) }
}

/// Checks that the caller may send notifications to others: staff, and every key with that scope.
///
/// # Errors
///
/// Those of [`may_call`].
pub fn may_announce(user: &User, scopes: Option<&Scopes>) -> Result<(), Failure> {
    may_call(user, scopes, true, KeyAccess::With(Scope::NotificationsSend))
}

/// Checks that the user may administer the keys of another user: staff, and every user their own.
pub fn may_manage_keys(user: &User, owner: UserId) -> Result<(), Failure> {
    if user.id == owner { Ok(()) } else { may_administer(user) }
}

/// Checks, in the transaction that creates a key, that its creator may still do so. `granter` is the user
/// that [`KeyGranter::User`] names, if the user exists.
///
/// # Errors
///
/// [`Failure::PermissionDenied`] unless the user is active, and staff for the keys of others and for scopes
/// that only staff may grant.
pub fn check_key_granter(
    by: KeyGranter,
    granter: Option<&User>,
    key: &NewApiKey,
) -> Result<(), Failure> {
    let KeyGranter::User(_) = by else {
        return Ok(());
    };
    let granter = granter.filter(|user| user.is_active).ok_or(Failure::PermissionDenied)?;
    may_manage_keys(granter, key.user)?;
    permitted(granter.is_staff || !key.scopes.iter().any(Scope::needs_staff_to_grant))
}

/// Checks that the user may list service users: only staff.
pub fn may_list_services(user: &User) -> Result<(), Failure> {
    permitted(user.is_staff)
}

/// Whether the user directory lists inactive users for this user: only for staff.
pub fn may_list_inactive(user: &User) -> bool {
    user.is_staff
}

/// Whether the user is staff, or the assignee, assigner or creator of the task.
pub fn is_involved(user: &User, task: &Task) -> bool {
    user.is_staff || task.role_holders().contains(&user.id)
}

fn permitted(is_permitted: bool) -> Result<(), Failure> {
    if is_permitted { Ok(()) } else { Err(Failure::PermissionDenied) }
}
