//! Every store against the one suite, and what only one kind of database has.

use leopard_tests::{conformance, conformance_case};

conformance!(memory, leopard_tests::conformance::Backend::memory);
conformance!(sqlite, leopard_tests::conformance::Backend::sqlite);
conformance!(postgres, leopard_tests::conformance::Backend::postgres);

conformance_case! { sqlite_file:
    reopening_keeps_everything
    few_guests_pass_a_busy_host
    many_begin_at_once
    every_table_is_missed
    the_schema_goes_down_and_up
    a_file_that_cannot_be_opened_is_unavailable
    the_file_is_kept_safe
    old_tasks_wait
    old_users_are_found
    old_mentions_grant
}

conformance_case! { postgres_database:
    a_transaction_that_stays_open_is_not_missed
    a_look_that_begins_in_the_middle_misses_nothing
    step_gives_up_waiting_for_a_table
    a_watermark_from_the_future_misses_nothing
    rows_of_another_numbering_are_no_gain
    a_reader_who_leaves_early_leaves_nothing_open
    a_deadlock_is_tried_again
    a_broken_connection_is_replaced
    many_begin_at_once
    every_table_is_missed
    the_schema_goes_down_and_up
    a_database_that_is_away_is_unavailable
    old_tasks_wait
    old_users_are_found
    old_mentions_grant
}
