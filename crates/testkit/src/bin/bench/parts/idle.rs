//! What a socket costs that says nothing.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Plan;
use crate::child::{Kind, Server};
use crate::client::Client;
use crate::figures::Report;
use crate::talker::Cast;

/// Sockets that are being opened at the same time.
const AT_ONCE: usize = 32;

/// Memory of idle sockets, each of a person of its own.
pub async fn idle(plan: &Plan, report: &mut Report) {
    report.part("Idle sockets", &["KiB a socket", "MiB in all"]);
    for kind in [Kind::Relay, plan.first()] {
        for sockets in &plan.idle {
            let people = if kind == Kind::Relay { 0 } else { *sockets };
            let server = Rc::new(Server::start(kind, Cast { people, ..Cast::default() }));
            let before = server.memory();
            let mut tasks = open(&server, *sockets).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            let memory = server.memory();
            assert!(tasks.try_join_next().is_none(), "a socket closed");
            tasks.shutdown().await;
            let each = memory.saturating_sub(before) as f64 / *sockets as f64 / 1024.0;
            let all = memory as f64 / 1024.0 / 1024.0;
            report.row(
                "idle",
                &format!("{sockets} sockets, {}", kind.name()),
                &[("kib_per_socket", each, 2), ("mib", all, 1)],
            );
        }
    }
}

async fn open(server: &Rc<Server>, sockets: usize) -> JoinSet<()> {
    let doors = Rc::new(Semaphore::new(AT_ONCE));
    let opened = Rc::new(Cell::new(0));
    let mut tasks = JoinSet::new();
    for n in 0..sockets {
        let (server, doors, opened) = (Rc::clone(server), Rc::clone(&doors), Rc::clone(&opened));
        tasks.spawn_local(async move {
            let door = doors.acquire().await.expect("an open door");
            let client = Client::open(server.address(), server.tokens.get(n).map(String::as_str), n).await;
            drop(door);
            opened.set(opened.get() + 1);
            client.idle().await;
        });
    }
    while opened.get() < sockets {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tasks
}
