//! Every store against the one suite: a line a backend.

use leopard_tests::conformance;
use leopard_tests::conformance::sqlite_file;

conformance!(memory, leopard_tests::conformance::Backend::memory);
conformance!(sqlite, leopard_tests::conformance::Backend::sqlite);

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
