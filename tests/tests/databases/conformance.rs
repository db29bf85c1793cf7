//! Every store against the one suite, and what only one kind of database has.

use leopard_tests::{conformance, conformance_case};

conformance!(memory, leopard_tests::conformance::Backend::memory);
conformance!(sqlite, leopard_tests::conformance::Backend::sqlite);
conformance!(postgres, leopard_tests::conformance::Backend::postgres);

conformance_case! { sqlite_file:
    reopened_file_keeps_everything
    other_processes_get_turns_beside_a_busy_writer
    concurrent_first_starts_succeed
    missing_table_is_detected
    schema_migrates_down_and_up
    unopenable_file_is_unavailable
    file_has_durable_settings
    old_tasks_get_reminders
    old_users_are_searchable
    old_mentions_grant_reading
}

conformance_case! { postgres_database:
    changes_of_a_long_transaction_are_found
    change_feed_started_during_a_commit_misses_nothing
    step_gives_up_waiting_for_a_table
    watermark_ahead_of_the_database_misses_nothing
    rows_of_another_numbering_are_no_change
    cancelled_reader_leaves_no_open_transaction
    deadlock_is_retried
    broken_connection_is_replaced
    concurrent_first_starts_succeed
    missing_table_is_detected
    schema_migrates_down_and_up
    unreachable_database_is_unavailable
    old_tasks_get_reminders
    old_users_are_searchable
    old_mentions_grant_reading
}
