use time::macros::datetime;
use uuid::Uuid;

use super::*;

const HERE: NodeId = NodeId(Uuid::from_u128(1));
const THERE: NodeId = NodeId(Uuid::from_u128(2));
const SESSION: SessionId = SessionId(Uuid::from_u128(3));

fn message(content: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(4)),
        session_id: SESSION,
        parent_id: Some(MessageId(Uuid::from_u128(5))),
        depth: 7,
        role: Role::Character,
        author: Some(Author::Character(CharacterId(Uuid::from_u128(7)))),
        reason: Some(SpeakingReason::Turn),
        content: content.to_owned(),
        status: MessageStatus::Failed,
        failure: Some(FailureCode::ModelBusy),
        client_message_id: Some("mine".into()),
        model: Some("scripted".into()),
        finish_reason: Some(FinishReason::Length),
        usage: Some(TokenUsage { prompt_tokens: 1, cached_tokens: 2, completion_tokens: 3 }),
        revision: 2,
        place: Some(11),
        siblings: vec![MessageId(Uuid::from_u128(4)), MessageId(Uuid::from_u128(6))],
        hidden: true,
        created_at: datetime!(2026-04-06 09:00:00.123456 UTC),
        edited_at: Some(datetime!(2026-04-06 09:00:01 UTC)),
    }
}

fn session() -> Session {
    Session {
        id: SESSION,
        owner: UserId(Uuid::from_u128(8)),
        character_id: Some(CharacterId(Uuid::from_u128(9))),
        title: "海".into(),
        pinned: true,
        archived: false,
        model: None,
        sampling: Sampling { temperature: Some(0.7), ..Sampling::default() },
        leaf_id: None,
        seq: 12,
        created_at: datetime!(2026-04-06 09:00 UTC),
        last_message_at: datetime!(2026-04-06 09:00:00.000001 UTC),
    }
}

fn event(body: EventBody) -> Notice {
    Notice::Event(Arc::new(SessionEvent { session_id: SESSION, seq: 12, at: datetime!(2026-04-06 09:00 UTC), body }))
}

fn carried(notice: &Notice) -> Notice {
    match read(write(THERE, notice).unwrap().as_bytes(), HERE) {
        Read::Notice(notice) => notice,
        Read::Own | Read::Unknown => panic!("it did not arrive"),
    }
}

#[test]
fn every_event_arrives_as_it_was_sent() {
    let (message, reply) = (message("She waits. 🌸"), message("…"));
    for body in [
        EventBody::MessageAccepted { message: message.clone(), reply: Some(reply.clone()) },
        EventBody::MessageAccepted { message: message.clone(), reply: None },
        EventBody::ReplyQueued { reply: reply.clone() },
        EventBody::ReplyStarted { reply: Message { failure: None, usage: None, edited_at: None, ..reply.clone() } },
        EventBody::ReplyCompleted { reply: reply.clone() },
        EventBody::ReplyFailed { reply },
        EventBody::MessageEdited { message },
        EventBody::MessageDeleted { message_id: MessageId(Uuid::from_u128(4)), leaf_id: None },
        EventBody::SessionUpdated { session: session() },
        EventBody::SessionDeleted,
    ] {
        let sent = event(body);
        let (Notice::Event(sent), Notice::Event(arrived)) = (&sent, carried(&sent)) else { panic!("another notice") };
        assert_eq!(**sent, *arrived);
    }
}

#[test]
fn what_is_long_or_of_another_version_tells_where_to_look() {
    let is_hint = |notice: &Notice| matches!(notice, Notice::Moved { session_id: SESSION, seq: 12 });
    assert!(is_hint(&carried(&event(EventBody::ReplyCompleted { reply: message(&"long ".repeat(5_000)) }))));
    assert!(is_hint(&carried(&Notice::Moved { session_id: SESSION, seq: 12 })));
    let short = write(THERE, &event(EventBody::SessionDeleted)).unwrap();
    for later in [short.replace("\"v\":1", "\"v\":2"), short.replace("session_deleted", "session_frozen")] {
        assert_ne!(later, short);
        assert!(matches!(read(later.as_bytes(), HERE), Read::Notice(notice) if is_hint(&notice)));
    }
}

#[test]
fn ones_own_and_what_nobody_knows_is_no_notice() {
    let typing = Notice::Typing { session_id: SESSION, device_id: DeviceId(Uuid::from_u128(1)), user_id: None };
    let said = write(HERE, &typing).unwrap();
    assert!(matches!(read(said.as_bytes(), HERE), Read::Own));
    assert!(matches!(read(said.as_bytes(), THERE), Read::Notice(Notice::Typing { .. })));
    assert!(matches!(carried(&Notice::FriendsChanged), Notice::FriendsChanged));
    let remembering = Notice::Remembering {
        session_id: SESSION,
        character_id: CharacterId(Uuid::from_u128(4)),
        done: 128,
        total: 400,
    };
    assert!(matches!(carried(&remembering), Notice::Remembering { done: 128, total: 400, session_id: SESSION, .. }));
    for told in [Some(true), Some(false), None] {
        let notice = Notice::Presence { user_id: UserId(Uuid::from_u128(3)), online: told };
        assert!(matches!(carried(&notice), Notice::Presence { online, .. } if online == told));
    }
    assert!(matches!(read(said.replace("typing", "dancing").as_bytes(), THERE), Read::Unknown));
    assert!(matches!(read(b"nonsense", HERE), Read::Unknown));
}
