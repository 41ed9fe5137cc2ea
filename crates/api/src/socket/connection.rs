//! One socket from its opening to its close: what comes in, what happened, what is being written, and the heartbeat.

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use domain::chats::utf16_len;
use domain::events::{EventBody, SessionEvent};
use domain::ids::{DeviceId, MessageId, ReminderId, SessionId};
use domain::limits;
use futures_util::SinkExt;
use serde::Serialize;
use service::accounts::Caller;
use service::chats::SessionView;
use service::{Here, Notice, Received as Heard, ServiceError, Subscription};
use time::OffsetDateTime;
use tokio::time::{Instant, MissedTickBehavior};

use super::door::{self, Bye};
use super::follow::Following;
use super::frames::{self, ServerFrame};
use super::hub::{Admission, SocketLimits};
use super::places::{Places, Step};
use crate::AppState;
use crate::events::event_frame;
use crate::measures::{self, OpenSocket};

/// How far the clocks of two nodes may be apart, generously.
const CLOCKS_APART: time::Duration = time::Duration::minutes(1);

/// One socket of a person who has shown a token.
pub(super) struct Connection {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    pub(super) places: Places,
    pub(super) following: Following,
    socket: WebSocket,
    notices: Subscription,
    limits: SocketLimits,
    opened_at: OffsetDateTime,
    heard_at: Instant,
    frames: f64,
    frames_at: Instant,
    // What shows that the device is here; another device of the person may take over its socket.
    pub(super) here: Here,
    // How far the inbox is told; nothing before the first `ready`.
    pub(super) inbox: Option<u64>,
    // The reminder that was told last, and for which device.
    pub(super) reminded: Option<(DeviceId, ReminderId)>,
    _admission: Admission,
    _open: OpenSocket,
}

enum Happened {
    Frame(Option<Result<Message, axum::Error>>),
    Notice(Heard),
    Written,
    Tick,
}

impl Connection {
    /// Serves a socket to its end.
    pub(super) async fn serve(state: AppState, mut socket: WebSocket, token: Option<String>) {
        let _task = state.sockets.track();
        let limits = state.socket_limits;
        let bye = match Box::pin(door::admit(&state, &mut socket, token, limits)).await {
            Ok((caller, admission)) => {
                let notices = state.app.chats.subscribe(caller.user_id).await;
                let (places, here) =
                    (Places::new(state.app.chats.watch(caller.user_id)), state.app.social.enter(&caller));
                let (now, opened_at) = (Instant::now(), state.app.accounts.now());
                let mut connection = Self {
                    state,
                    caller,
                    places,
                    following: Following::default(),
                    socket,
                    notices,
                    limits,
                    opened_at,
                    heard_at: now,
                    frames: f64::from(limits.frames_burst),
                    frames_at: now,
                    here,
                    inbox: None,
                    reminded: None,
                    _admission: admission,
                    _open: OpenSocket::count(),
                };
                let bye = connection.run().await;
                socket = connection.socket;
                bye
            }
            Err(bye) => bye,
        };
        Box::pin(door::close(socket, bye)).await;
    }

    async fn run(&mut self) -> Bye {
        match self.watch().await {
            Ok(never) => match never {},
            Err(bye) => bye,
        }
    }

    async fn watch(&mut self) -> Result<std::convert::Infallible, Bye> {
        self.ready().await?;
        let sockets = self.state.sockets.clone();
        let closing = sockets.closing();
        let listener = self.following.listener();
        let mut tick = tokio::time::interval_at(Instant::now() + self.limits.heartbeat, self.limits.heartbeat);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(closing);
        loop {
            let happened = tokio::select! {
                biased;
                () = &mut closing => return Err(Bye::Restart),
                frame = self.socket.recv() => Happened::Frame(frame),
                notice = self.notices.next() => Happened::Notice(notice),
                () = listener.notified() => Happened::Written,
                _ = tick.tick() => Happened::Tick,
            };
            match happened {
                // Boxed, so that a socket which only waits does not carry the room of what it might do.
                Happened::Frame(frame) => Box::pin(self.heard(frame)).await?,
                Happened::Notice(notice) => Box::pin(self.told(notice)).await?,
                Happened::Written => self.tell_written(None).await?,
                Happened::Tick => self.beat().await?,
            }
            self.flush().await?;
        }
    }

    /// Says that the socket is ready, and until when its token holds.
    pub(super) async fn ready(&mut self) -> Result<(), Bye> {
        let inbox = match self.state.app.notifications.inbox(self.caller.user_id).await {
            Ok(inbox) => inbox,
            Err(error) => {
                tracing::warn!(error = %error, "an inbox could not be read");
                return Err(Bye::Restart);
            }
        };
        self.inbox.get_or_insert(inbox.seq);
        let ready = ServerFrame::Ready {
            user_id: self.caller.user_id,
            device_id: self.caller.device_id,
            expires_at: self.caller.expires_at,
            heartbeat_seconds: self.limits.heartbeat.as_secs(),
            protocol: 1,
            unread: inbox.unread,
        };
        self.tell(&ready).await?;
        Box::pin(self.remind()).await?;
        self.flush().await
    }

    async fn heard(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<(), Bye> {
        self.heard_at = Instant::now();
        measures::frame_in();
        let text = match frame {
            None | Some(Ok(Message::Close(_))) => return Err(Bye::Gone),
            Some(Err(error)) => return Err(if door::is_too_big(&error) { Bye::TooBig } else { Bye::Gone }),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return self.count_frame(),
            Some(Ok(Message::Binary(_))) => return Err(Bye::NotAFrame),
            Some(Ok(Message::Text(text))) => text,
        };
        self.count_frame()?;
        let received = frames::parse(&text).ok_or(Bye::NotAFrame)?;
        drop(text);
        self.answer(received).await
    }

    /// Counts a frame against the allowance.
    fn count_frame(&mut self) -> Result<(), Bye> {
        let earned = self.frames_at.elapsed().as_secs_f64() * f64::from(self.limits.frames_per_second);
        self.frames_at = Instant::now();
        self.frames = (self.frames + earned).min(f64::from(self.limits.frames_burst)) - 1.0;
        if self.frames < 0.0 { Err(Bye::TooManyFrames) } else { Ok(()) }
    }

    async fn told(&mut self, heard: Heard) -> Result<(), Bye> {
        match heard {
            Heard::Notice(Notice::Event(event)) => self.tell_event(&event).await,
            Heard::Notice(Notice::Moved { session_id, seq }) => self.look(session_id, seq).await,
            Heard::Notice(Notice::Typing { session_id, device_id, user_id }) if device_id != self.caller.device_id => {
                self.tell(&ServerFrame::Typing { session_id, user_id }).await
            }
            Heard::Notice(Notice::Typing { .. }) => Ok(()),
            Heard::Notice(Notice::Read { session_id, user_id, seq }) => {
                self.tell(&ServerFrame::Read { session_id, user_id, read_seq: seq }).await
            }
            Heard::Notice(Notice::Invited { session_id }) => self.tell(&ServerFrame::Invited { session_id }).await,
            Heard::Notice(Notice::FriendsChanged) => self.tell(&ServerFrame::FriendsChanged {}).await,
            Heard::Notice(Notice::Presence { user_id, online }) => {
                self.tell(&ServerFrame::Presence { user_id, online }).await
            }
            Heard::Notice(Notice::Remembering { session_id, character_id, done, total }) => {
                self.tell(&ServerFrame::Remembering { session_id, character_id, done, total }).await
            }
            Heard::Notice(Notice::MemoryChanged { character_id }) => {
                self.tell(&ServerFrame::MemoryChanged { character_id }).await
            }
            Heard::Notice(Notice::BondChanged { character_id, reached }) => {
                self.tell(&ServerFrame::BondChanged { character_id, reached: reached.as_deref() }).await
            }
            Heard::Notice(Notice::RouteUnlocked { character_id, scene_id, title }) => {
                self.tell(&ServerFrame::RouteUnlocked { character_id, scene_id: &scene_id, title: &title }).await
            }
            Heard::Notice(Notice::Inbox { seq }) => self.look_into_inbox(seq).await,
            Heard::Notice(Notice::Reminder) => Box::pin(self.remind()).await,
            Heard::Notice(Notice::SignedOut { device_id }) => match device_id {
                Some(device) if device != self.caller.device_id => Ok(()),
                _ => Err(Bye::SignedOut),
            },
            Heard::Lagged => {
                measures::lagged();
                // Among what was lost may be that this device was signed out.
                self.check_device().await?;
                self.look_into_inbox(u64::MAX).await?;
                Box::pin(self.remind()).await?;
                self.tell(&ServerFrame::FriendsChanged {}).await?;
                self.catch_up_everywhere().await
            }
            Heard::Closed => Err(Bye::Restart),
        }
    }

    /// Tells an event if it is the next one; reads the store when some before it are missing.
    async fn tell_event(&mut self, event: &SessionEvent) -> Result<(), Bye> {
        match self.places.step(event.session_id, event.seq) {
            Step::Old => Ok(()),
            Step::Next => self.tell_next(event, None).await,
            Step::Gap(last) => self.catch_up(event.session_id, last, None).await,
        }
    }

    /// Tells from the store what happened up to a place that somebody saw.
    async fn look(&mut self, session: SessionId, seq: u64) -> Result<(), Bye> {
        match self.places.step(session, seq) {
            Step::Old => Ok(()),
            Step::Next => self.catch_up(session, seq.saturating_sub(1), None).await,
            Step::Gap(last) => self.catch_up(session, last, None).await,
        }
    }

    /// Ends a socket whose device is signed out.
    async fn check_device(&mut self) -> Result<(), Bye> {
        match self.state.app.accounts.is_signed_in(&self.caller).await {
            Ok(false) => Err(Bye::SignedOut),
            Ok(true) => Ok(()),
            Err(error) => {
                tracing::warn!(error = %error, "whether a device is signed in could not be read");
                Ok(())
            }
        }
    }

    /// Tells the next event of a session. A reply that begins is followed from where the frame leaves off, or from
    /// `resumed`, the place the client named.
    async fn tell_next(&mut self, event: &SessionEvent, resumed: Option<(MessageId, u64)>) -> Result<(), Bye> {
        if let EventBody::ReplyCompleted { reply } | EventBody::ReplyFailed { reply } = &event.body {
            self.state.app.chats.ended(reply);
            self.tell_written(Some(reply.id)).await?;
            self.following.end(reply.id);
        }
        match event_frame(&self.state.app.chats, self.caller.user_id, event).await {
            Ok(frame) => self.tell(&frame).await?,
            Err(error) => {
                // Told as a gap: the client resumes when the store is back.
                tracing::warn!(error = %error, session.id = %event.session_id, "an event could not be told");
                return Ok(());
            }
        }
        self.places.reach(event.session_id, event.seq);
        match &event.body {
            // Told late, it may have ended long ago.
            EventBody::ReplyStarted { reply } if !reply.status.is_final() => {
                let offset = resumed
                    .filter(|(message, _)| *message == reply.id)
                    .map_or_else(|| utf16_len(&reply.content), |(_, offset)| offset);
                self.following.begin(&self.state.app.chats, event.session_id, reply.id, offset);
            }
            EventBody::SessionDeleted => {
                self.following.end_session(event.session_id);
                self.places.end(event.session_id);
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells from the store what happened in a session after a place.
    pub(super) async fn catch_up(
        &mut self,
        session: SessionId,
        after: u64,
        resumed: Option<(MessageId, u64)>,
    ) -> Result<(), Bye> {
        let mut after = after;
        loop {
            let events =
                match self.state.app.chats.events_after(self.caller.user_id, session, after, limits::PAGE).await {
                    Ok(events) => events,
                    Err(ServiceError::NotFound) => return self.tell_gone(session, after).await,
                    Err(error) => return self.tell_problem(None, error).await,
                };
            let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
            for event in &events {
                self.tell_next(event, resumed).await?;
            }
            self.flush().await?;
            after = last;
        }
    }

    /// Tells that a session which was shown is gone, when nobody else has.
    async fn tell_gone(&mut self, session: SessionId, after: u64) -> Result<(), Bye> {
        let Some(last) = self.places.get(session) else { return Ok(()) };
        let at = self.state.app.accounts.now();
        let seq = last.max(after).saturating_add(1);
        let deleted = SessionEvent { session_id: session, seq, at, body: EventBody::SessionDeleted };
        self.tell_next(&deleted, None).await
    }

    /// After notices were lost: tells what happened in the sessions known here, and of others that were talked in since this
    /// socket opened the last event, so that the client finds the gaps.
    async fn catch_up_everywhere(&mut self) -> Result<(), Bye> {
        let known = self.places.all();
        for (session, last) in &known {
            self.catch_up(*session, *last, None).await?;
        }
        let page = domain::pages::PageRequest { cursor: None, limit: limits::PAGE_DEFAULT };
        let recent = match self
            .state
            .app
            .chats
            .page_sessions(self.caller.user_id, domain::chats::SessionFilter::default(), &page)
            .await
        {
            Ok(recent) => recent.items,
            Err(error) => return self.tell_problem(None, error).await,
        };
        let since = self.opened_at - CLOCKS_APART;
        for SessionView { session, .. } in recent.iter().filter(|view| view.session.last_message_at >= since) {
            if self.places.get(session.id).is_none() {
                self.tell_last(session.id, session.seq).await?;
            }
        }
        Ok(())
    }

    /// Tells the last event of a session, the event itself and nothing in its stead: a client that has not resumed the
    /// session yet may lack just that one, and takes it for that. This is no place of the socket.
    async fn tell_last(&mut self, session: SessionId, seq: u64) -> Result<(), Bye> {
        let (chats, user) = (&self.state.app.chats, self.caller.user_id);
        let told = match chats.events_after(user, session, seq.saturating_sub(1), 1).await {
            Ok(events) => match events.first() {
                Some(last) => event_frame(chats, user, last).await,
                None => return Ok(()),
            },
            Err(error) => Err(error),
        };
        match told {
            Ok(frame) => self.tell(&frame).await,
            Err(ServiceError::NotFound) => Ok(()),
            Err(error) => self.tell_problem(None, error).await,
        }
    }

    /// Tells what was written of the replies followed.
    async fn tell_written(&mut self, only: Option<MessageId>) -> Result<(), Bye> {
        let mut frames: Vec<Utf8Bytes> = Vec::new();
        self.following.read(only, |written| {
            let frame = ServerFrame::Delta {
                session_id: written.session,
                message_id: written.message,
                offset: written.offset,
                delta: written.delta,
            };
            frames.extend(serde_json::to_string(&frame).ok().map(Utf8Bytes::from));
        });
        if !frames.is_empty() {
            measures::deltas(frames.len());
        }
        for frame in frames {
            self.send(Message::Text(frame)).await?;
        }
        Ok(())
    }

    /// Sends the heartbeat; ends a socket that answers none, or whose token has ended.
    async fn beat(&mut self) -> Result<(), Bye> {
        if self.caller.expires_at <= self.state.app.accounts.now() {
            return Err(Bye::Unauthenticated);
        }
        if self.heard_at.elapsed() > self.limits.heartbeat * 2 {
            return Err(Bye::Silent);
        }
        if self.state.app.chats.is_deaf() {
            self.check_device().await?;
        }
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    /// Sends a frame, with those before it.
    pub(super) async fn tell(&mut self, frame: &impl Serialize) -> Result<(), Bye> {
        match serde_json::to_string(frame) {
            Ok(text) => self.send(Message::Text(text.into())).await,
            Err(error) => {
                tracing::error!(error = %error, "a frame could not be written");
                Ok(())
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Bye> {
        measures::frame_out();
        match tokio::time::timeout(self.limits.send_within, self.socket.feed(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Bye::Gone),
            Err(_) => Err(Bye::Silent),
        }
    }

    async fn flush(&mut self) -> Result<(), Bye> {
        match tokio::time::timeout(self.limits.send_within, self.socket.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Bye::Gone),
            Err(_) => Err(Bye::Silent),
        }
    }
}
