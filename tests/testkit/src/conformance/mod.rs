//! The conformance suite: what every store must do, whatever it is made of. One file per subject, one function per
//! case.
//!
//! [`conformance!`](crate::conformance!) runs all cases over a store.

pub mod announcements;
pub mod api_keys;
pub mod batches;
pub mod brokers;
pub mod comments;
pub mod concurrency;
pub mod directory;
pub mod idempotency;
pub mod inbox;
pub mod inbox_edits;
pub mod log;
pub mod notification_types;
pub mod passwords;
pub mod preferences;
pub mod provisioning;
pub mod reminders;
pub mod rights;
pub mod search;
pub mod sessions;
pub mod state;
pub mod task_changes;
pub mod task_lists;
pub mod tasks;
pub mod users;

use tokio::runtime::Builder;

/// Runs a case on a runtime of two threads.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(case);
}

/// Generates a test per case, in a module of this name. The path, which starts with `crate::` or a crate, names an
/// async function that opens a new, empty [`Backend`](crate::Backend).
///
/// ```
/// use leopard_testkit::Backend;
///
/// async fn open() -> Backend {
///     Backend::memory() // or `Backend::of(Arc::new(YourStore::new()))`
/// }
///
/// leopard_testkit::conformance!(memory, crate::open);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance {
    ($name:ident, $open:path) => {
        mod $name {
            $crate::conformance_of!($open;
                users {
                    new_user_is_found_by_name_and_id
                    taken_username_is_a_conflict
                    first_user_is_created_once
                    password_change_ends_older_sessions
                    deactivated_user_is_still_found
                    edit_changes_only_named_members
                    edit_of_unknown_user_is_refused
                    users_are_paged_by_id
                    thousands_of_users_are_found_in_one_call
                    users_are_found_by_exact_names
                }
                rights {
                    last_staff_user_keeps_rights
                    mutual_demotion_keeps_one_staff_user
                    demoted_staff_cannot_change_users
                    deactivated_staff_cannot_reactivate_themselves
                    concurrent_edits_of_staff_all_complete
                }
                provisioning {
                    service_is_listed_among_services_only
                    service_is_no_last_administrator
                    external_id_is_unique_and_found
                    user_without_a_password_is_stored
                    taken_username_is_a_conflict_for_an_edit
                    program_changes_neither_staff_nor_services
                    concurrent_creations_with_one_external_id_succeed_once
                }
                search {
                    search_finds_exactly_the_containing_texts
                }
                sessions {
                    session_is_found_after_login
                    refresh_token_is_spent_once
                    concurrent_spending_of_a_token_succeeds_once
                    revoked_session_stays_revoked
                    unknown_session_is_a_conflict_for_spending_only
                    login_with_changed_credentials_is_refused
                    ended_sessions_are_deleted_in_batches
                    concurrent_deletions_of_ended_sessions_all_succeed
                }
                api_keys {
                    api_key_is_found_and_listed_as_it_was_created
                    revoked_api_key_is_found_and_not_listed
                    last_use_of_an_api_key_never_goes_back
                    rights_of_the_granter_are_checked_when_an_api_key_is_stored
                    retried_api_key_is_created_once
                }
                passwords {
                    new_password_ends_every_session
                    password_change_keeps_the_calling_session
                    password_change_without_session_ends_all_sessions
                    password_change_from_outdated_password_is_refused
                    session_does_not_outlive_its_password
                }
                preferences {
                    muted_type_stays_muted_until_unmuted
                    own_type_stays_on_after_opting_in_until_turned_off
                    user_edit_keeps_the_preferences
                    concurrent_preference_changes_are_all_kept
                }
                notification_types {
                    defined_type_is_stored_byte_for_byte
                    deleted_type_is_unknown_until_defined_again
                    concurrent_definitions_keep_the_maximum
                    notification_of_a_deleted_type_stays
                }
                directory {
                    search_matches_word_prefixes
                    exact_match_comes_first
                    search_has_no_wildcards
                    search_ignores_case_in_any_script
                    inactive_users_are_listed_on_request_only
                    renamed_user_is_found_by_the_new_name
                    search_results_are_paged
                }
                tasks {
                    task_is_stored_and_read_unchanged
                    text_is_stored_byte_for_byte
                    empty_description_is_stored
                    times_are_stored_to_the_microsecond
                    latest_due_date_comes_first
                    scope_lists_exactly_its_tasks
                    pages_have_the_total
                    failed_change_stores_nothing
                }
                task_changes {
                    update_stores_everything_and_raises_the_version
                    outdated_update_is_a_conflict_and_notifies_no_one
                    concurrent_updates_of_one_version_succeed_once
                    comments_keep_order_and_mentions
                    concurrent_comments_are_all_stored
                    comment_can_require_a_version
                    mention_has_author_task_and_text
                    deleted_task_removes_comments_and_keeps_notifications
                }
                comments {
                    task_has_the_newest_twenty_comments_and_lists_have_none
                    comments_are_paged_newest_first
                    deleted_comment_removes_grants_and_its_id_is_not_reused
                    grant_lasts_until_removed_and_can_return
                    full_task_refuses_comments_until_one_is_deleted
                }
                reminders {
                    due_tasks_are_found_overdue_first
                    reminder_is_sent_once_and_marks_overdue
                    concurrent_scans_send_a_reminder_once
                    scan_skips_a_task_changed_meanwhile
                    sent_reminders_are_remembered_across_edits
                    task_without_a_due_date_is_never_due
                }
                task_lists {
                    task_list_filters_and_orders
                    tasks_without_a_due_date_come_last_in_both_orders
                }
                idempotency {
                    same_request_is_stored_once
                    other_request_with_the_same_key_is_refused
                    idempotency_key_is_kept_for_a_day
                    refused_request_stores_no_key
                    comment_with_key_is_added_once
                    concurrent_requests_with_one_key_are_stored_once
                    oldest_keys_are_deleted_first
                }
                inbox {
                    inbox_is_newest_first_and_oldest_first_after_a_cursor
                    filter_narrows_list_and_total
                    mailbox_is_private
                    mark_read_changes_unread_only
                    repeated_selection_counts_once
                    thousands_are_selected_in_one_call
                    mark_all_read_leaves_none_unread
                    deletion_removes_and_lowers_the_count
                    mailboxes_keep_the_requested_order
                }
                inbox_edits {
                    read_notification_can_become_unread
                    completing_a_notification_notifies_no_follower
                    edit_of_deleted_or_foreign_notification_is_refused
                    overdue_notifications_are_earliest_first
                    concurrent_read_and_unread_keep_the_count
                }
                announcements {
                    announcement_is_stored_byte_for_byte
                    announcement_is_all_or_nothing
                    announced_notification_can_be_deleted
                    concurrent_announcements_to_same_users_do_not_deadlock
                    announcement_with_key_is_stored_once
                    empty_announcement_is_remembered
                    concurrent_announcements_with_one_key_are_stored_once
                }
                log {
                    notifications_of_one_change_have_consecutive_sequences
                    thousands_of_recipients_in_one_change
                    log_is_read_in_pages
                    deleted_notification_leaves_a_tombstone
                    mailbox_changes_start_at_a_watermark
                }
                state {
                    read_state_pages_can_split_a_commit
                    last_read_state_change_is_reported
                    unchanged_mailbox_keeps_its_revision
                    page_and_mailbox_are_one_snapshot
                }
                concurrency {
                    concurrent_writers_leave_no_gap_in_one_mailbox
                    concurrent_writers_leave_no_gap_in_many_mailboxes
                    rollbacks_leave_no_gap
                    mark_all_read_during_appends_keeps_the_count
                    concurrent_read_and_delete_keep_the_count
                    concurrent_mailbox_changes_are_all_found
                    cancelled_writers_leave_no_gap
                }
                batches {
                    refused_change_does_not_fail_its_batch
                    batched_changes_get_their_own_results
                }
            );
        }
    };
}

/// Generates a module per subject.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_of {
    ($open:path; $($subject:ident { $($case:ident)+ })+) => {
        $($crate::conformance_cases! { $crate::conformance::$subject; (&$open().await); $subject $($case)+ })+
    };
}

/// Generates a test per case: a function of the module, called with the argument in parentheses.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($module:path; $argument:tt; $subject:ident $($case:ident)+) => {
        mod $subject {
            use $module as cases;

            $(
                #[test]
                fn $case() {
                    $crate::conformance::run(async { cases::$case $argument.await });
                }
            )+
        }
    };
}
