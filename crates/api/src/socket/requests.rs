//! What a client asks over the socket. Outcomes that are events come to all devices alike, this one included.

use domain::chats::{MessageStatus, RegenerateMode};
use domain::validation::FieldError;
use service::ServiceError;
use service::chats::SendMessage;

use super::connection::Connection;
use super::door::Bye;
use super::frames::{ClientFrame, ErrorField, FrameError, Received, Resume, ServerFrame};
use crate::events::repeated_frame;
use crate::problem::{code_of, fields_of, message_of, quota_of};

impl Connection {
    /// Does what a frame asks; what cannot be done is answered with an `error` frame, and the socket stays.
    pub(super) async fn answer(&mut self, received: Received) -> Result<(), Bye> {
        let reference = received.id;
        let result = match received.frame {
            Ok(frame) => self.act(frame).await?,
            Err(FrameError::UnknownType) => {
                let message = "there is no frame of this type";
                return self
                    .tell(&ServerFrame::Error {
                        code: "unknown_frame",
                        message,
                        reference: reference.as_deref(),
                        errors: &[],
                        quota: None,
                    })
                    .await;
            }
            Err(FrameError::Invalid(error)) => Err(ServiceError::Invalid(vec![error])),
        };
        match result {
            Ok(()) => Ok(()),
            Err(error) => self.tell_problem(reference.as_deref(), error).await,
        }
    }

    async fn act(&mut self, frame: ClientFrame) -> Result<Result<(), ServiceError>, Bye> {
        let user = self.caller.user_id;
        let app = std::sync::Arc::clone(&self.state.app);
        // What only reads is open to everybody.
        if matches!(frame, ClientFrame::Send(_) | ClientFrame::Regenerate(_))
            && let Err(error) = app.consents.must_agree(user).await
        {
            return Ok(Err(error));
        }
        Ok(match frame {
            ClientFrame::Auth(auth) => return self.renew(&auth.token).await.map(Ok),
            ClientFrame::Send(send) => {
                let message = SendMessage {
                    client_message_id: send.client_message_id,
                    content: send.content,
                    parent_id: send.parent_id,
                };
                match app.chats.send(user, send.session_id, message).await {
                    Ok(outcome) if outcome.repeated => match repeated_frame(&outcome.event) {
                        Some(frame) => return self.tell(&frame).await.map(Ok),
                        None => Ok(()),
                    },
                    Ok(_) => Ok(()),
                    Err(error) => Err(error),
                }
            }
            ClientFrame::Stop(stop) => app.chats.stop(user, stop.session_id, stop.message_id).await,
            ClientFrame::Regenerate(again) => {
                let mode = again.mode.unwrap_or(RegenerateMode::New);
                app.chats.regenerate(user, again.session_id, again.message_id, mode).await.map(drop)
            }
            ClientFrame::Resume(resume) => return self.resume(resume).await,
            ClientFrame::Typing(typing) => app.chats.typing(user, self.caller.device_id, typing.session_id).await,
            ClientFrame::Read(read) => app.chats.read(user, read.session_id, read.seq).await,
            ClientFrame::Ping => return self.tell(&ServerFrame::Pong {}).await.map(Ok),
        })
    }

    /// Takes a fresh token of the same person.
    async fn renew(&mut self, token: &str) -> Result<(), Bye> {
        match self.state.app.accounts.authenticate(token).await {
            Ok(caller) if caller.user_id == self.caller.user_id => {
                if caller.device_id != self.caller.device_id {
                    self.here = self.state.app.social.enter(&caller);
                }
                self.caller = caller;
                self.ready().await
            }
            _ => Err(Bye::Unauthenticated),
        }
    }

    /// Tells what a client missed, and goes on with the reply it was reading.
    async fn resume(&mut self, resume: Resume) -> Result<Result<(), ServiceError>, Bye> {
        let Resume { session_id: session, after_seq, message_id, offset } = resume;
        let user = self.caller.user_id;
        let app = std::sync::Arc::clone(&self.state.app);
        let view = match app.chats.get_session(user, session).await {
            Ok(view) => view,
            Err(error) => return Ok(Err(error)),
        };
        if after_seq > view.session.seq {
            return Ok(Err(ServiceError::Invalid(vec![FieldError::new(
                "after_seq",
                "is beyond the last event: read the session again",
            )])));
        }
        self.following.end_session(session);
        self.places.reach(session, after_seq);
        let resumed = message_id.map(|message| (message, offset.unwrap_or(0)));
        self.catch_up(session, after_seq, resumed).await?;
        if let Some((message, offset)) = resumed {
            // A reply that began before `after_seq` has no `reply.started` in what was told.
            match app.chats.message(user, session, message).await {
                Ok(found) if found.status == MessageStatus::Streaming => {
                    self.following.begin(&app.chats, session, message, offset);
                }
                Ok(_) | Err(ServiceError::NotFound) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        let seq = self.places.get(session).unwrap_or(after_seq);
        self.tell(&ServerFrame::Resumed { session_id: session, seq }).await.map(Ok)
    }

    /// Answers with a problem.
    pub(super) async fn tell_problem(&mut self, reference: Option<&str>, error: ServiceError) -> Result<(), Bye> {
        if let ServiceError::Internal(detail) | ServiceError::Unavailable(detail) = &error {
            tracing::warn!(error = %detail, "a frame could not be answered");
        }
        let errors: Vec<ErrorField> = fields_of(&error).iter().cloned().map(ErrorField::from).collect();
        self.tell(&ServerFrame::Error {
            code: code_of(&error),
            message: &message_of(&error),
            reference,
            errors: &errors,
            quota: quota_of(&error),
        })
        .await
    }
}
