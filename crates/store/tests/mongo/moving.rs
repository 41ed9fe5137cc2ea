//! A chat log is moved whatever dead processes left in it: what they began is done before, and what they made of nobody's is gone.

use store::StoreError;
use store::archive::{Archive, TABLES};
use store::conformance::Making;
use store::sql::SqlStore;
use time::Duration;

use crate::backends::{self, moving::copy};
use crate::scenes::{self, CHANGES, Nodes, picture};

/// After how many steps of a change its process dies: in each change somewhere else.
const STEPS: [i64; 11] = [2, 3, 4, 5, 3, 4, 2, 5, 4, 2, 3];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_dead_processes_began_is_done_before_a_move() {
    let name = "what_dead_processes_began_is_done_before_a_move";
    let Some(nodes) = Nodes::new(name).await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let mut left = Vec::new();
    for ((change_name, change), step) in CHANGES.iter().zip(STEPS) {
        let scene = scenes::scene(&stores, &making).await;
        nodes.mortal.faults().die_after(step);
        assert!(change(&mortal, &scene).await.is_err(), "{change_name}");
        nodes.mortal.faults().die_after(i64::MAX);
        left.push((*change_name, scene));
    }
    // A session is deleted, a person leaves, and a session is begun, none of them to the end.
    let (deleted, leaving, begun) = (making.chat(1).await, making.chat(1).await, making.chat(1).await);
    for chat in [&deleted, &leaving] {
        making.talk(chat, 2).await;
    }
    nodes.mortal.faults().die_after(2);
    assert!(mortal.sessions.delete_session(deleted.owner, deleted.session, making.now()).await.is_err());
    nodes.mortal.faults().die_after(6);
    assert!(mortal.accounts.delete_user(leaving.owner, making.now()).await.is_err());
    nodes.mortal.faults().die_after(1);
    let new = making.new_session(begun.owner, begun.kept.character_id.unwrap());
    assert!(mortal.sessions.create_session(&new, &[]).await.is_err());
    nodes.mortal.faults().die_after(i64::MAX);

    let sessions = TABLES.iter().find(|table| table.name == "sessions").unwrap();
    nodes.other.put_in_order(making.now() + Duration::days(1)).await.unwrap();
    let there = nodes.other.count(sessions).await.unwrap();
    assert_eq!(there, left.len() as u64 + 1, "{there}");
    assert_eq!(nodes.other.sql().count(sessions).await.unwrap(), there, "as many shadows");
    let moved = SqlStore::open_temporary().await.unwrap();
    copy(&nodes.other, &moved).await;
    let Some(back) = backends::mongo(name, &SqlStore::open_temporary().await.unwrap()).await else { return };
    copy(&moved, &back).await;
    for (change_name, scene) in &left {
        let there = picture(&moved.stores(), &scene.chat).await;
        assert_eq!(there, picture(&stores, &scene.chat).await, "{change_name}");
        assert_eq!(there, picture(&back.stores(), &scene.chat).await, "{change_name}");
        for stores in [moved.stores(), back.stores()] {
            let making = Making::new(&stores);
            making.send(&scene.chat, store::chats::Parent::Leaf, "on").await;
            let on = picture(&stores, &scene.chat).await;
            assert!(on.way.iter().any(|(content, ..)| content == "on") && on.seq > there.seq, "{change_name}");
        }
    }
    for chat in [&deleted, &leaving] {
        assert_eq!(moved.stores().sessions.find_session(chat.owner, chat.session).await.unwrap(), None);
    }
    back.close().await.unwrap();
}

/// A chat log of another installation is left as it is, and so is what memories hang on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chat_log_of_others_is_refused() {
    let name = "the_chat_log_of_others_is_refused";
    let Some(nodes) = Nodes::new(name).await else { return };
    let stores = nodes.other.stores();
    let making = Making::new(&stores);
    let chat = making.chat(1).await;
    making.talk(&chat, 1).await;
    let sql = nodes.other.sql();
    let Some(empty) = backends::mongo(name, sql).await else { return };
    let refused = empty.put_in_order(making.now()).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    let others = Nodes::new(name).await.unwrap();
    let other_stores = others.other.stores();
    let other = Making::new(&other_stores);
    other.chat(1).await;
    let mixed = nodes.other.beside(others.other.sql()).await.unwrap();
    let refused = mixed.put_in_order(making.now()).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    let found = stores.sessions.find_session(chat.owner, chat.session).await.unwrap();
    assert!(found.is_some());
    assert!(sql.holds_shadows().await.unwrap() && others.other.sql().holds_shadows().await.unwrap());
    nodes.other.put_in_order(making.now()).await.unwrap();
}
