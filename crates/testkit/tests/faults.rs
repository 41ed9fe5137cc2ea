//! What becomes of people and their words when processes and servers die: real ones, killed, paused, cut off. After each
//! fault everything that `testkit::cluster::checker` holds must hold.

mod faults_in;

use faults_in::{behind, bus, chat_log, processes, servers};

/// A test of a story for each set of servers, with settings where it wants some.
macro_rules! on {
    ($room:ident::$story:ident, $nodes:expr, $($servers:ident)+) => {
        on!($room::$story, $nodes, &[], $($servers)+);
    };
    ($room:ident::$story:ident, $nodes:expr, $settings:expr, $($servers:ident)+) => {
        mod $story {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $servers() {
                    let name = concat!(stringify!($story), " on ", stringify!($servers));
                    let story = super::$room::$story;
                    super::faults_in::tell(name, stringify!($servers), $nodes, $settings, story).await;
                }
            )+
        }
    };
}

/// One node does for these where nodes do not hear of each other.
const ANY: usize = 0;

on!(processes::a_node_is_killed_in_mid_reply, super::ANY, postgres redis mongo);
on!(processes::nodes_are_restarted_one_after_the_other, super::ANY, postgres redis mongo);
on!(processes::two_nodes_claim_the_same_turns, 2, postgres redis mongo);
on!(processes::a_node_is_paused_for_longer_than_its_leases, 2, postgres redis mongo);
on!(processes::a_worker_is_killed_in_mid_job, 1, postgres mongo);
on!(behind::a_worker_or_server_is_killed_in_mid_judgement, 1, super::behind::SETTINGS, postgres mongo);
on!(behind::a_worker_or_server_is_killed_in_mid_diary, 1, super::behind::SETTINGS, postgres mongo);
on!(behind::a_worker_or_server_is_killed_in_mid_first_message, 1, super::behind::SETTINGS, postgres mongo);
on!(behind::a_worker_or_server_is_killed_before_a_first_message_is_said, 1, super::behind::SETTINGS, postgres);
on!(behind::a_worker_or_server_is_killed_before_a_first_message_is_told, 1, super::behind::SETTINGS, postgres mongo);
on!(servers::postgres_is_killed_in_mid_turns, super::ANY, postgres redis mongo);
on!(servers::postgres_is_paused, super::ANY, postgres redis);
on!(servers::statements_are_cut_in_the_middle, super::ANY, postgres redis mongo);
on!(servers::connections_fall_silent_for_ever, super::ANY, postgres redis mongo);
on!(bus::redis_is_killed_and_comes_back_empty, 2, redis mongo);
on!(bus::redis_is_paused, 2, redis);
on!(chat_log::mongo_is_killed_in_mid_turns, super::ANY, mongo);
on!(chat_log::mongo_is_paused, super::ANY, mongo);
