//! What every store must do, whatever it is made of: one file a subject, one case a function.
//!
//! A backend takes all cases by one line: `conformance!(memory, Backend::memory);`.

// A case fails by panicking.
#![allow(clippy::missing_panics_doc)]

pub mod announcements;
mod backend;
pub mod brokers;
pub mod comments;
pub mod concurrency;
pub mod directory;
pub mod idempotency;
pub mod inbox;
pub mod inbox_edits;
pub mod log;
pub mod passwords;
pub mod postgres_database;
pub mod preferences;
pub mod reminders;
pub mod rights;
mod sample;
mod schema;
pub mod search;
pub mod sessions;
pub mod sqlite_file;
pub mod state;
pub mod task_changes;
pub mod task_lists;
pub mod tasks;
pub mod together;
pub mod users;

pub use backend::Backend;

/// Makes one test of each case, in a module named after the backend; the path opens a new one.
#[macro_export]
macro_rules! conformance {
    ($name:ident, $open:path) => {
        mod $name {
            $crate::conformance_of!($open;
                users {
                    a_new_user_is_found_by_name_and_by_id
                    a_taken_name_is_a_conflict
                    the_first_user_is_the_first_only_once
                    a_new_password_ends_older_logins
                    a_deactivated_user_stays_known
                    an_edit_changes_what_it_names_and_nothing_else
                    an_unknown_user_cannot_be_changed
                    users_come_in_pages_by_id
                    very_many_users_are_found_at_once
                    users_are_found_by_exactly_their_names
                }
                rights {
                    the_last_who_may_administer_keeps_that
                    of_those_who_take_each_others_rights_one_keeps_them
                    only_staff_that_still_is_changes_users
                    who_is_being_shut_out_cannot_take_it_back
                    staff_that_changes_each_other_at_once_is_all_answered
                }
                search {
                    search_finds_exactly_what_contains_the_text
                }
                sessions {
                    a_login_is_found_again
                    a_token_is_spent_only_once
                    of_many_who_spend_a_token_one_succeeds
                    a_revoked_login_stays_revoked
                    an_unknown_login_is_a_conflict_only_for_spending
                    nobody_logs_in_with_what_has_changed
                    ended_sessions_are_deleted_in_batches
                    concurrent_deletions_of_ended_sessions_all_succeed
                }
                passwords {
                    a_new_password_ends_every_login_that_stands
                    the_login_that_a_new_password_comes_from_goes_on
                    without_a_login_of_its_own_a_new_password_ends_all
                    nobody_changes_a_password_that_is_another_by_now
                    no_login_outlives_the_password_it_was_made_with
                }
                preferences {
                    what_is_switched_off_stays_off_until_it_is_switched_on
                    other_changes_of_a_user_leave_the_preferences
                    of_what_is_switched_at_once_nothing_is_lost
                }
                directory {
                    users_are_found_by_the_beginnings_of_their_words
                    who_is_called_just_so_comes_first
                    no_sign_means_anything_but_itself
                    case_does_not_matter_in_any_script
                    inactive_users_are_listed_only_where_they_are_asked_for
                    who_is_called_otherwise_is_found_so
                    what_is_found_comes_in_pages
                }
                tasks {
                    a_task_is_kept_as_it_was_stored
                    text_is_kept_byte_for_byte
                    times_are_kept_to_the_microsecond
                    the_latest_due_date_comes_first
                    a_scope_holds_its_tasks_and_no_others
                    pages_tell_the_total
                    a_change_that_cannot_be_stored_leaves_nothing
                }
                task_changes {
                    an_update_keeps_everything_and_raises_the_version
                    an_outdated_update_is_a_conflict_and_tells_nobody
                    of_those_who_update_at_once_one_succeeds
                    comments_are_kept_in_their_order_with_whom_they_name
                    all_who_speak_at_once_are_heard
                    a_comment_may_be_meant_for_one_version
                    a_mention_says_who_said_what_where
                    a_deleted_task_takes_its_comments_and_leaves_what_was_told
                }
                comments {
                    the_newest_twenty_are_read_with_their_task_and_none_in_lists
                    comments_come_in_pages_newest_first
                    a_deleted_comment_takes_its_grants_and_its_id_is_never_used_again
                    a_grant_lasts_until_it_is_taken_back_and_may_come_again
                    a_full_task_takes_no_comment_until_one_is_deleted
                }
                reminders {
                    the_tasks_that_wait_are_found_with_those_that_are_late_first
                    who_is_told_is_told_once_and_a_late_task_is_overdue
                    of_those_who_look_at_once_one_tells
                    a_task_that_was_changed_meanwhile_is_left_alone
                    what_was_said_is_known_whatever_becomes_of_the_task
                }
                task_lists {
                    what_is_wanted_is_found_in_its_order
                }
                idempotency {
                    the_same_request_is_done_once
                    another_request_by_the_same_name_is_refused
                    a_request_is_remembered_for_a_day
                    what_is_refused_leaves_no_key
                    a_comment_is_said_once
                    of_twenty_at_once_one_is_done_and_all_are_answered
                    the_oldest_are_forgotten_first
                }
                inbox {
                    the_newest_comes_first_and_after_a_cursor_the_oldest
                    filters_narrow_the_list_and_its_total
                    a_mailbox_is_its_owners_alone
                    only_unread_ones_become_read
                    one_selected_twice_counts_once
                    very_many_are_selected_at_once
                    all_become_read
                    deletion_erases_and_lowers_the_count
                    mailboxes_come_in_the_order_asked_for
                }
                inbox_edits {
                    what_was_read_becomes_unread_again
                    being_done_with_one_is_nothing_that_followers_hear_of
                    nobody_edits_what_is_deleted_or_somebody_elses
                    the_earliest_of_what_is_overdue_comes_first
                    reading_and_unreading_at_once_counts_right
                }
                announcements {
                    what_another_system_says_is_kept_byte_for_byte
                    all_are_told_or_nobody
                    what_another_system_said_can_be_deleted
                    those_who_tell_the_same_at_once_do_not_lock_each_other_out
                    an_announcement_is_made_once_and_found_by_what_it_made
                    who_told_nobody_is_remembered_too
                    of_twenty_that_tell_a_thousand_at_once_one_is_made
                }
                log {
                    several_for_one_reader_follow_each_other
                    very_many_readers_are_told_at_once
                    the_log_comes_in_parts
                    a_deleted_one_keeps_its_place
                    gains_are_counted_from_a_watermark
                }
                state {
                    changes_come_in_parts_smaller_than_a_commit
                    the_last_change_of_a_notification_counts
                    nothing_changed_moves_nothing
                    a_page_has_the_mailbox_of_its_moment
                }
                concurrency {
                    many_writers_fill_one_mailbox_without_a_hole
                    many_writers_fill_many_mailboxes_without_a_hole
                    rollbacks_in_between_leave_no_hole
                    reading_all_while_others_append_counts_right
                    reading_and_deleting_the_same_counts_right
                    no_gain_is_missed
                    abandoned_writers_leave_no_hole
                }
                together {
                    the_refused_fail_alone
                    each_is_answered_its_own
                }
            );
        }
    };
}

/// The inner half of [`conformance!`]: one module a subject.
#[macro_export]
macro_rules! conformance_of {
    ($open:path; $($subject:ident { $($case:ident)+ })+) => {
        $($crate::conformance_case! { $open; $subject; $($case)+ })+
    };
}

/// The innermost part of [`conformance!`]: one test a case, on a store that a path opens or on its own.
#[macro_export]
macro_rules! conformance_case {
    ($open:path; $subject:ident; $($case:ident)+) => {
        mod $subject {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $crate::conformance::$subject::$case(&$open().await).await;
                }
            )+
        }
    };
    ($subject:ident: $($case:ident)+) => {
        mod $subject {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $crate::conformance::$subject::$case().await;
                }
            )+
        }
    };
}
