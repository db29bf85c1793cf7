//! Whether who comes back gets what was missed.

use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "resume";

/// A stream that was opened with a cursor, and what it began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumption {
    pub asked: i64,
    /// The cursor that the first event names.
    pub began: Option<i64>,
    /// The cursor of the event after the first.
    pub went_on: Option<i64>,
}

impl Resumption {
    /// The cursor to ask with where the newest is this one: the one before it, so that one event
    /// comes again. In an empty inbox it is ahead of all, so that it can be told from none.
    pub fn cursor(newest: i64) -> i64 {
        if newest > 0 { newest - 1 } else { newest + 1 }
    }
}

/// Judges how it began, the newest cursor being this one before.
pub fn judge(resumption: &Resumption, newest: i64) -> Finding {
    let &Resumption {
        asked,
        began,
        went_on,
    } = resumption;
    if began != Some(asked) {
        let detail = format!("the cursor {asked} does not arrive at Leopard");
        let remedy = "Let what stands before Leopard pass on the header Last-Event-ID.";
        return Finding::problem(CHECK, detail, remedy);
    }
    if newest == 0 {
        return Finding::ok(
            CHECK,
            "the cursor arrives; this user has nothing to get again",
        );
    }
    if went_on == Some(newest) {
        return Finding::ok(CHECK, format!("event {newest} comes again after {asked}"));
    }
    let detail = format!("event {newest} does not come again after {asked}");
    Finding::problem(CHECK, detail, super::first_event::REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    fn grade(newest: i64, began: Option<i64>, went_on: Option<i64>) -> Grade {
        let resumption = Resumption {
            asked: Resumption::cursor(newest),
            began,
            went_on,
        };
        judge(&resumption, newest).grade
    }

    #[test]
    fn the_newest_event_is_to_come_again() {
        assert_eq!(grade(7, Some(6), Some(7)), Grade::Ok);
        assert_eq!(grade(7, Some(6), None), Grade::Problem);
    }

    #[test]
    fn a_cursor_that_is_lost_on_the_way_is_found() {
        assert_eq!(grade(7, Some(7), None), Grade::Problem);
        assert_eq!(grade(0, Some(0), None), Grade::Problem);
        assert_eq!(grade(7, None, None), Grade::Problem);
    }

    #[test]
    fn an_empty_inbox_is_asked_for_what_is_ahead() {
        assert_eq!(grade(0, Some(1), Some(0)), Grade::Ok);
    }
}
