//! Every store against the one suite: a line a backend.

use leopard_tests::conformance;
use leopard_tests::conformance::{postgres_database, sqlite_file};

conformance!(memory, leopard_tests::conformance::Backend::memory);
conformance!(sqlite, leopard_tests::conformance::Backend::sqlite);
conformance!(postgres, leopard_tests::conformance::Backend::postgres);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reopening_keeps_everything() {
    sqlite_file::reopening_keeps_everything().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_guests_pass_a_busy_host() {
    sqlite_file::few_guests_pass_a_busy_host().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_begin_at_once() {
    sqlite_file::many_begin_at_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_is_missed() {
    sqlite_file::every_table_is_missed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_goes_down_and_up() {
    sqlite_file::the_schema_goes_down_and_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_opened_is_unavailable() {
    sqlite_file::a_file_that_cannot_be_opened_is_unavailable().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_is_kept_safe() {
    sqlite_file::the_file_is_kept_safe().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_stays_open_is_not_missed() {
    postgres_database::a_transaction_that_stays_open_is_not_missed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_begins_in_the_middle_misses_nothing() {
    postgres_database::a_look_that_begins_in_the_middle_misses_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn step_gives_up_waiting_for_a_table() {
    postgres_database::step_gives_up_waiting_for_a_table().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watermark_from_the_future_misses_nothing() {
    postgres_database::a_watermark_from_the_future_misses_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_another_numbering_are_no_gain() {
    postgres_database::rows_of_another_numbering_are_no_gain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_leaves_early_leaves_nothing_open() {
    postgres_database::a_reader_who_leaves_early_leaves_nothing_open().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_tried_again() {
    postgres_database::a_deadlock_is_tried_again().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_connection_is_replaced() {
    postgres_database::a_broken_connection_is_replaced().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_begin_at_once_on_postgres() {
    postgres_database::many_begin_at_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_is_missed_on_postgres() {
    postgres_database::every_table_is_missed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_goes_down_and_up_on_postgres() {
    postgres_database::the_schema_goes_down_and_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_unavailable() {
    postgres_database::a_database_that_is_away_is_unavailable().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_tasks_wait() {
    sqlite_file::old_tasks_wait().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_tasks_wait_on_postgres() {
    postgres_database::old_tasks_wait().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_users_are_found() {
    sqlite_file::old_users_are_found().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_users_are_found_on_postgres() {
    postgres_database::old_users_are_found().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_mentions_grant() {
    sqlite_file::old_mentions_grant().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_mentions_grant_on_postgres() {
    postgres_database::old_mentions_grant().await;
}
