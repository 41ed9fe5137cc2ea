//! Whoever dies after any step of any change leaves the chat as it was before the change or as it is after it, for all who
//! read it next, and for what is done next.

use store::chats::Parent;
use store::conformance::Making;

use crate::backends;
use crate::scenes::{self, CHANGES, Nodes, picture};

async fn is_made_or_not_wherever_its_process_dies(name: &str) {
    let Some(nodes) = Nodes::new(name).await else { return };
    let (mortal, stores) = (nodes.mortal.stores(), nodes.other.stores());
    let making = Making::new(&stores);
    let (_, change) = CHANGES.into_iter().find(|(of, _)| *of == name).unwrap();
    let scene = scenes::scene(&stores, &making).await;
    let before = picture(&stores, &scene.chat).await;
    let taken = nodes.mortal.faults().taken();
    change(&mortal, &scene).await.unwrap();
    let steps = nodes.mortal.faults().taken() - taken;
    let after = picture(&stores, &scene.chat).await;
    assert_ne!(before, after, "{name}");
    assert!(steps >= 4, "{name}: {steps}");
    let (tried, mut made) = (backends::steps(steps.cast_signed()), 0);
    for step in &tried {
        let scene = scenes::scene(&stores, &making).await;
        nodes.mortal.faults().die_after(*step);
        assert!(change(&mortal, &scene).await.is_err(), "{name} {step}");
        nodes.mortal.faults().die_after(i64::MAX);
        let found = picture(&stores, &scene.chat).await;
        // Once made it stays made.
        if made > 0 || found != before {
            assert_eq!(found, after, "{name} {step} of {steps}");
            made += 1;
        }
        // It goes on from there: what was not made can be made, and a send is known again.
        if made == 0 || name.starts_with("send") {
            change(&stores, &scene).await.unwrap();
            assert_eq!(picture(&stores, &scene.chat).await, after, "{name} {step}, again");
        }
        making.send(&scene.chat, Parent::Leaf, "on").await;
        picture(&stores, &scene.chat).await;
    }
    println!("{name}: {} of {steps} steps, made after {made} of them", tried.len());
    assert!(made > 0 && made < tried.len(), "{name}");
}

macro_rules! changes {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                is_made_or_not_wherever_its_process_dies($name).await;
            }
        )*

        #[test]
        fn every_change_is_tried() {
            assert_eq!(CHANGES.map(|(name, _)| name), [$($name),*]);
        }
    };
}

changes! {
    send: "send",
    send_elsewhere: "send elsewhere",
    a_new_root: "a new root",
    regenerate: "regenerate",
    edit: "edit",
    delete_in_view: "delete in view",
    delete_out_of_view: "delete out of view",
    select: "select",
    select_a_root: "select a root",
    rename: "rename",
    finish: "finish",
}
