use leopard_core::domain::account::UserNames;
use leopard_core::domain::task::{Reader, ReadingReason};
use poem_openapi::Object;
use serde::Serialize;

use super::comment_view::person;
use super::user_name::{FullName, Username};
use crate::framework::payload::{Choice, Name};
use crate::framework::query::page;

impl Choice for ReadingReason {
    const SCHEMA: &'static str = "ReadingReason";
    const DESCRIPTION: &'static str = "Why a user may read a task.";

    fn names() -> Vec<&'static str> {
        let all = [Self::Assignee, Self::Assigner, Self::Creator, Self::Mention];
        all.map(Self::name).to_vec()
    }

    fn name(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::Assigner => "assigner",
            Self::Creator => "creator",
            Self::Mention => "mention",
        }
    }
}

/// A user who may read a task.
#[derive(Object, Serialize)]
#[oai(rename = "TaskReader")]
pub(super) struct ReaderView {
    /// Id of the user.
    user_id: i64,
    /// Username of the user.
    username: Username,
    /// Full name of the user.
    full_name: FullName,
    /// All reasons why the user may read the task.
    reasons: Vec<Name<ReadingReason>>,
}

impl ReaderView {
    pub(super) fn of(reader: Reader, user_names: &UserNames) -> Self {
        let user = person(user_names, reader.user);
        Self {
            user_id: reader.user.0,
            username: Username(user.clone()),
            full_name: FullName(user),
            reasons: reader.reasons.into_iter().map(Name).collect(),
        }
    }
}

page! {
    /// One page of the users who may read a task.
    TaskReaderPage of ReaderView
}
