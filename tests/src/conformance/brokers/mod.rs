//! What every broker must do, between nodes of one process: one file a subject, one case a function.
//!
//! A broker takes all cases by one line, and by others those about its absence, if it can be away, and
//! about what it is asked for, if it is Redis.

mod backends;
mod broker;
pub mod economy;
pub mod losses;
mod lossy;
mod node;
pub mod outages;
mod subscriber;
pub mod updates;

pub use broker::Broker;

/// Makes one test of each case, in a module named after the broker; the path starts a new one.
#[macro_export]
macro_rules! broker_conformance {
    ($name:ident, $start:path) => {
        mod $name {
            $crate::broker_cases! { $start; updates;
                an_update_that_is_rung_here_is_heard_there
                updates_merge_into_the_greatest_head_and_state
                nobody_else_is_woken
                who_leaves_and_comes_back_is_heard_of_again
                thousands_are_listened_for_at_once
                nobody_waits_for_a_burst
            }
            $crate::broker_cases! { $start; losses;
                whatever_becomes_of_updates_a_stream_shows_all_in_order
            }
        }
    };
}

/// The same of the cases in which the broker is away.
#[macro_export]
macro_rules! broker_outages {
    ($name:ident, $start:path) => {
        mod $name {
            $crate::broker_cases! { $start; outages;
                one_that_stops_is_missed_and_found_again
                one_that_is_killed_is_found_again
                one_that_hangs_is_missed_and_found_again
                connections_that_are_cut_are_made_again
                one_that_is_away_at_the_start_is_found_later
                nobody_waits_for_one_that_is_away
                streams_show_all_in_order_while_it_comes_and_goes
            }
        }
    };
}

/// The same of the cases about what `Redis` is asked for.
#[macro_export]
macro_rules! broker_economy {
    ($name:ident, $start:path) => {
        mod $name {
            $crate::broker_cases! { $start; economy;
                only_those_who_have_streams_are_listened_for
                thousands_who_come_are_few_commands
                updates_that_come_fast_are_few_commands
            }
        }
    };
}

/// The inner part of all three: one test a case.
#[macro_export]
macro_rules! broker_cases {
    ($start:path; $subject:ident; $($case:ident)+) => {
        mod $subject {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $crate::conformance::brokers::$subject::$case(&mut $start().await).await;
                }
            )+
        }
    };
}
