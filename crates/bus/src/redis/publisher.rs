//! Sends what waits to be sent, much of it in one round trip.

use std::sync::Arc;

use redis::{Pipeline, RedisResult};
use tokio::sync::mpsc;

use super::link::{Link, Outgoing};
use super::presence;

/// How much goes in one round trip.
const AT_ONCE: usize = 256;

/// Sends until it is dropped. What cannot be sent is lost, and whose notices it was is told when the others are reached
/// again. While they are not, nothing but calls is tried, so that nothing old waits in the way.
pub(super) async fn publish(link: Arc<Link>, mut outgoing: mpsc::Receiver<Outgoing>) {
    let mut connection = link.commands.clone();
    let mut batch = Vec::with_capacity(AT_ONCE);
    while outgoing.recv_many(&mut batch, AT_ONCE).await > 0 {
        if !link.is_connected() {
            batch.retain(|outgoing| {
                let goes = matches!(outgoing, Outgoing::Call(..) | Outgoing::Mark(_));
                if !goes {
                    link.lose(outgoing);
                }
                goes
            });
        }
        if batch.is_empty() {
            continue;
        }
        let mut pipeline = Pipeline::with_capacity(batch.len());
        for outgoing in &batch {
            add(&link, &mut pipeline, outgoing);
        }
        if pipeline.is_empty() {
            pass_marks(&mut batch);
            continue;
        }
        let sent: RedisResult<()> = pipeline.query_async(&mut connection).await;
        if sent.is_err() {
            batch.iter().for_each(|outgoing| link.lose(outgoing));
            link.degrade();
        } else if link.has_lost() && link.is_connected() {
            // The queue was full for a while.
            link.confess();
        }
        pass_marks(&mut batch);
    }
}

/// Tells those who wait for what stood before their marks, and empties the batch.
fn pass_marks(batch: &mut Vec<Outgoing>) {
    for outgoing in batch.drain(..) {
        if let Outgoing::Mark(mark) = outgoing {
            // Who waits may have gone.
            let _ = mark.send(());
        }
    }
}

fn add(link: &Link, pipeline: &mut Pipeline, outgoing: &Outgoing) {
    match outgoing {
        Outgoing::Notice(user, text) => pipeline.cmd("PUBLISH").arg(link.keys.user(*user)).arg(text).ignore(),
        Outgoing::Call(channel, text) => pipeline.cmd("PUBLISH").arg(channel).arg(text).ignore(),
        Outgoing::Enter(user, device, ttl) => presence::enter(pipeline, link, *user, *device, *ttl),
        Outgoing::Leave(user, device) => presence::leave(pipeline, link, *user, *device),
        Outgoing::Believed(user, here) => presence::believed(pipeline, link, *user, *here),
        Outgoing::Mark(_) => pipeline,
    };
}
