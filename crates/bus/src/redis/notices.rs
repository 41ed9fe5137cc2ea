//! Notices: told at once to the devices here, and published for those elsewhere.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ids::UserId;

use super::link::{Link, Outgoing};
use super::wire;
use crate::local::LocalNotices;
use crate::{Notice, Notices, Received, Subscription};

pub(super) struct RedisNotices {
    link: Arc<Link>,
    local: Arc<LocalNotices>,
}

impl RedisNotices {
    pub(super) fn new(link: Arc<Link>, local: Arc<LocalNotices>) -> Self {
        Self { link, local }
    }
}

#[async_trait]
impl Notices for RedisNotices {
    fn publish(&self, user: UserId, notice: Notice) {
        if let Some(text) = wire::write(self.link.node, &notice) {
            self.link.send(Outgoing::Notice(user, text));
        }
        self.local.give(user, Received::Notice(notice));
    }

    fn tell_here(&self, user: UserId, notice: Notice) {
        self.local.give(user, Received::Notice(notice));
    }

    async fn subscribe(&self, user: UserId) -> Subscription {
        let subscription = self.local.listen(user);
        self.link.hear_of(user).await;
        subscription
    }
}
