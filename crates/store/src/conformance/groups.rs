//! Sessions that several share: who is there, what their authors said, and that it is in nobody's memory.

use domain::chats::{Author, HistoryAnchor, MessageStatus, RegenerateMode, Session, SessionFilter};
use domain::events::EventBody;
use domain::groups::{Group, MemberRole, MemberState, NewcomersSee, ReplyMode, SessionKind};
use domain::ids::{CharacterId, SessionId, UserId};
use domain::limits;
use domain::pages::PageRequest;
use domain::speaking::SpeakingReason;
use futures_util::future::join_all;

use super::{Making, complete, ratings};
use crate::chats::{NewMessage, NewReply, Parent, Queueing};
use crate::groups::{GroupChange, NewGroup};
use crate::remembering::Lag;
use crate::{Conflict, StoreError, Stores};

/// The suite of [`crate::groups::GroupStore`], and of what the chat log does with several authors.
pub async fn groups(stores: &Stores) {
    direct_sessions_are_one_for_two(stores).await;
    people_come_and_go(stores).await;
    roles_pass_on(stores).await;
    characters_come_and_go(stores).await;
    ratings::groups(stores).await;
    replies_hang_in_a_chain(stores).await;
    messages_tell_where_they_are(stores).await;
    ids_of_clients_are_each_authors_own(stores).await;
    words_are_taken_back_alone(stores).await;
    lists_show_what_one_shares(stores).await;
    how_far_one_has_read_never_goes_back(stores).await;
    nobody_remembers_it(stores).await;
    who_is_deleted_leaves_the_rest(stores).await;
}

fn new_group(making: &Making<'_>, kind: SessionKind, founder: UserId, people: Vec<UserId>) -> NewGroup {
    NewGroup {
        session_id: SessionId(making.uuid()).shared(),
        kind,
        founder,
        people,
        characters: Vec::new(),
        reply_mode: ReplyMode::Natural,
        speakers: 2,
        newcomers_see: NewcomersSee::Joining,
        created_at: making.now(),
    }
}

/// A group with its session.
pub(super) struct Shared {
    pub(super) session: SessionId,
    owner: UserId,
    pub(super) people: Vec<UserId>,
    characters: Vec<CharacterId>,
}

pub(super) async fn shared(stores: &Stores, making: &Making<'_>, people: usize, characters: usize) -> Shared {
    let mut all = Vec::new();
    for _ in 0..people {
        all.push(making.user().await.id);
    }
    let owner = all[0];
    let mut cast = Vec::new();
    for _ in 0..characters {
        cast.push(making.character(owner).await.id);
    }
    let new = NewGroup { characters: cast.clone(), ..new_group(making, SessionKind::Group, owner, all[1..].to_vec()) };
    let group = stores.groups.create_group(&new).await.unwrap();
    stores.sessions.create_session(&session_of(making, &group, owner), &[]).await.unwrap();
    for user in &all[1..] {
        let join = GroupChange::Join { user: *user, seq: 0 };
        stores.groups.change_group(group.session_id, &join, making.now()).await.unwrap();
    }
    Shared { session: group.session_id, owner, people: all, characters: cast }
}

fn session_of(making: &Making<'_>, group: &Group, owner: UserId) -> Session {
    let any = making.new_session(owner, CharacterId(making.uuid()));
    Session { id: group.session_id, character_id: None, ..any }
}

pub(super) async fn found(stores: &Stores, session: SessionId) -> Group {
    stores.groups.find_groups(&[session]).await.unwrap().pop().unwrap()
}

fn states(group: &Group) -> Vec<(UserId, MemberRole, MemberState)> {
    group.people.iter().map(|member| (member.user_id, member.role, member.state)).collect()
}

async fn direct_sessions_are_one_for_two(stores: &Stores) {
    let making = Making::new(stores);
    let (aya, bo) = (making.user().await.id, making.user().await.id);
    let opened = join_all((0..8).map(|n| {
        let (one, other) = if n % 2 == 0 { (aya, bo) } else { (bo, aya) };
        let new = new_group(&making, SessionKind::Direct, one, vec![other]);
        async move { stores.groups.create_group(&new).await.unwrap() }
    }))
    .await;
    let first = &opened[0];
    assert!(opened.iter().all(|group| group.session_id == first.session_id), "one session, whoever opens it");
    assert_eq!(first.kind, SessionKind::Direct);
    let mut there: Vec<UserId> = first.present().map(|member| member.user_id).collect();
    there.sort();
    assert_eq!(there, [aya.min(bo), aya.max(bo)]);
    // The session, too, is made once.
    let made = join_all([aya, bo, aya].map(|owner| {
        let session = session_of(&making, first, owner);
        async move { stores.sessions.create_session(&session, &[]).await }
    }))
    .await;
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    let place = stores.places.places(&[first.session_id]).await.unwrap();
    assert_eq!(place.len(), 1);
    assert!(stores.sessions.find_session(place[0].owner, first.session_id).await.unwrap().is_some());
    let nobody = new_group(&making, SessionKind::Direct, aya, vec![UserId(making.uuid())]);
    assert_eq!(stores.groups.create_group(&nobody).await, Err(StoreError::NotFound));
    assert_eq!(stores.groups.find_groups(&[nobody.session_id]).await.unwrap(), []);
}

async fn people_come_and_go(stores: &Stores) {
    use MemberRole::{Member, Owner};
    use MemberState::{Invited, Joined, Left};
    let making = Making::new(stores);
    let (aya, bo, cy) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let new = new_group(&making, SessionKind::Group, aya, vec![bo]);
    let group = stores.groups.create_group(&new).await.unwrap();
    assert_eq!(states(&group), [(aya, Owner, Joined), (bo, Member, Invited)]);
    assert_eq!(stores.groups.invitations(bo).await.unwrap(), [group.session_id]);
    let change = |change: GroupChange| {
        let now = making.now();
        async move { stores.groups.change_group(group.session_id, &change, now).await }
    };
    // Asked twice, or who is there already: nothing changes.
    change(GroupChange::Invite { user: bo, by: aya }).await.unwrap();
    change(GroupChange::Invite { user: aya, by: aya }).await.unwrap();
    assert_eq!(change(GroupChange::Join { user: cy, seq: 3 }).await, Err(StoreError::NotFound));
    let joined = change(GroupChange::Join { user: bo, seq: 3 }).await.unwrap();
    let member = joined.joined(bo).unwrap().clone();
    assert_eq!((member.sees_after, member.read_seq, member.sees_from), (3, 3, member.joined_at));
    assert!(member.sees_from.is_some());
    // Coming twice is coming once.
    assert_eq!(change(GroupChange::Join { user: bo, seq: 9 }).await.unwrap(), joined);
    assert_eq!(stores.groups.invitations(bo).await.unwrap(), []);
    let wrong = GroupChange::Leave { user: bo, role: MemberRole::Moderator };
    assert_eq!(change(wrong).await, Err(StoreError::Conflict(Conflict::Outdated)));
    change(GroupChange::Leave { user: bo, role: Member }).await.unwrap();
    let left = change(GroupChange::Leave { user: bo, role: Member }).await.unwrap();
    assert_eq!(left.member(bo).unwrap().state, Left);
    assert_eq!(change(GroupChange::Join { user: bo, seq: 5 }).await, Err(StoreError::NotFound));
    // Whoever is asked again comes anew, and sees everything where the group lets newcomers.
    let everything =
        GroupChange::Settings { reply_mode: None, speakers: Some(5), newcomers_see: Some(NewcomersSee::All) };
    let settled = change(everything).await.unwrap();
    assert_eq!(
        (settled.reply_mode, settled.speakers, settled.newcomers_see),
        (ReplyMode::Natural, 5, NewcomersSee::All)
    );
    change(GroupChange::Invite { user: bo, by: aya }).await.unwrap();
    let again = change(GroupChange::Join { user: bo, seq: 7 }).await.unwrap();
    let member = again.joined(bo).unwrap();
    assert_eq!((member.sees_after, member.read_seq, member.sees_from), (0, 7, None));
    let own = GroupChange::Own { user: bo, pinned: Some(true), archived: None, muted: Some(true) };
    let member = change(own).await.unwrap().joined(bo).unwrap().clone();
    assert_eq!((member.pinned, member.archived, member.muted), (true, false, true));
    // A group has an end.
    for _ in 2..limits::GROUP_PEOPLE {
        let user = making.user().await.id;
        change(GroupChange::Invite { user, by: aya }).await.unwrap();
    }
    let full = change(GroupChange::Invite { user: cy, by: aya }).await;
    assert_eq!(full, Err(StoreError::Conflict(Conflict::GroupFull)));
    stores.groups.delete_group(group.session_id).await.unwrap();
    assert_eq!(change(GroupChange::Invite { user: cy, by: aya }).await, Err(StoreError::NotFound));
    stores.groups.delete_group(group.session_id).await.unwrap();
}

async fn roles_pass_on(stores: &Stores) {
    use MemberRole::{Member, Moderator, Owner};
    let making = Making::new(stores);
    let shared = shared(stores, &making, 3, 0).await;
    let [aya, bo, cy] = shared.people[..] else { panic!("three people") };
    let change = |change: GroupChange| {
        let now = making.now();
        async move { stores.groups.change_group(shared.session, &change, now).await }
    };
    let roles = |group: &Group| [aya, bo, cy].map(|user| group.member(user).unwrap().role);
    let group = change(GroupChange::SetRole { user: cy, role: Moderator }).await.unwrap();
    assert_eq!(roles(&group), [Owner, Member, Moderator]);
    for refused in [GroupChange::SetRole { user: aya, role: Member }, GroupChange::SetRole { user: bo, role: Owner }] {
        assert_eq!(change(refused).await, Err(StoreError::Conflict(Conflict::Outdated)));
    }
    // The moderator is next, though the member came first.
    let group = change(GroupChange::Leave { user: aya, role: Owner }).await.unwrap();
    assert_eq!(roles(&group), [Member, Member, Owner]);
    let hand_over = GroupChange::HandOver { from: cy, to: bo };
    assert_eq!(roles(&change(hand_over.clone()).await.unwrap()), [Member, Owner, Moderator]);
    assert_eq!(roles(&change(hand_over).await.unwrap()), [Member, Owner, Moderator], "once more changes nothing");
    let back = GroupChange::HandOver { from: cy, to: cy };
    assert_eq!(change(back).await, Err(StoreError::Conflict(Conflict::Outdated)));
}

async fn characters_come_and_go(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 2).await;
    let [aya, bo] = shared.people[..] else { panic!("two people") };
    let change = |change: GroupChange| {
        let now = making.now();
        async move { stores.groups.change_group(shared.session, &change, now).await }
    };
    let group = found(stores, shared.session).await;
    let there: Vec<CharacterId> = group.characters.iter().map(|present| present.character.id).collect();
    assert_eq!(there, shared.characters, "in the order in which they were named");
    let add = |character, talkativeness| GroupChange::AddCharacter { character, by: bo, talkativeness };
    let group = change(add(shared.characters[0], Some(90))).await.unwrap();
    let first = group.character(shared.characters[0]).unwrap();
    assert_eq!((first.talkativeness, first.added_by), (90, Some(aya)), "she was there already");
    let nobody = CharacterId(making.uuid());
    assert_eq!(change(add(nobody, None)).await, Err(StoreError::NotFound));
    for _ in 2..limits::GROUP_CHARACTERS {
        change(add(making.character(bo).await.id, None)).await.unwrap();
    }
    let more = making.character(bo).await.id;
    assert_eq!(change(add(more, None)).await, Err(StoreError::Conflict(Conflict::GroupFull)));
    let gone = GroupChange::RemoveCharacter { character: shared.characters[1] };
    change(gone.clone()).await.unwrap();
    assert!(change(gone).await.unwrap().character(shared.characters[1]).is_none());
    // Deleted by her maker she stays, to be seen; and whoever brought her still sees her.
    stores.characters.delete_character(aya, shared.characters[0], making.now()).await.unwrap();
    let group = found(stores, shared.session).await;
    assert!(group.character(shared.characters[0]).unwrap().character.deleted);
    assert!(stores.characters.find_character(aya, shared.characters[0]).await.unwrap().is_some());
    stores.groups.delete_group(shared.session).await.unwrap();
    assert!(stores.characters.find_character(aya, shared.characters[0]).await.unwrap().is_none());
}

fn said(making: &Making<'_>, author: UserId, by: &[CharacterId], content: &str) -> NewMessage {
    let reply = |author: &CharacterId| NewReply {
        id: making.message_id(),
        author: Some(*author),
        reason: Some(SpeakingReason::Turn),
    };
    NewMessage {
        author: Some(author),
        replies: by.iter().map(reply).collect(),
        ..making.new_message(Parent::Leaf, content)
    }
}

async fn replies_hang_in_a_chain(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 1, 3).await;
    let (owner, session, cast) = (shared.owner, shared.session, shared.characters.clone());
    let before = stores.sessions.find_session(owner, session).await.unwrap().unwrap().seq;
    let new = said(&making, owner, &cast, "Who is there?");
    let accepted = stores.chats.accept_message(owner, session, &new, making.now()).await.unwrap();
    let EventBody::MessageAccepted { message, reply: Some(first) } = &accepted.event.body else {
        panic!("another event")
    };
    assert_eq!(message.author, Some(Author::Person(owner)));
    assert_eq!((first.author, first.reason), (Some(Author::Character(cast[0])), Some(SpeakingReason::Turn)));
    assert_eq!((first.parent_id, first.depth), (Some(message.id), message.depth + 1));
    let places: Vec<u64> = std::iter::once(&accepted.event).chain(&accepted.queued).map(|event| event.seq).collect();
    assert_eq!(places, [before + 1, before + 2, before + 3]);
    let mut above = first.id;
    for (event, character) in accepted.queued.iter().zip(&cast[1..]) {
        let EventBody::ReplyQueued { reply } = &event.body else { panic!("another event") };
        assert_eq!((reply.parent_id, reply.author), (Some(above), Some(Author::Character(*character))));
        above = reply.id;
    }
    let kept = stores.sessions.find_session(owner, session).await.unwrap().unwrap();
    assert_eq!((kept.seq, kept.leaf_id), (before + 3, Some(above)));
    // What is read later is what was told.
    let read = stores.sessions.events_after(owner, session, before, 10).await.unwrap();
    let told: Vec<_> = std::iter::once(accepted.event.clone()).chain(accepted.queued.clone()).collect();
    assert_eq!(read, told);
    let again = stores.chats.accept_message(owner, session, &new, making.now()).await.unwrap();
    assert!(again.repeated && again.queued.is_empty());
    assert_eq!(again.event, accepted.event);
    // They are claimed in their order, each when the one before has ended, and each reads what was said before.
    let node = making.node();
    for (n, character) in cast.iter().enumerate() {
        let claim = making.claim(session, node).await.unwrap();
        assert_eq!(claim.reply.author, Some(Author::Character(*character)));
        let parent = claim.reply.parent_id.unwrap();
        let above = stores.transcripts.said_before(owner, session, parent, 10).await.unwrap();
        assert_eq!(above.len(), n + 1);
        assert!(above.iter().all(|said| said.is_final));
        assert_eq!(above[0].author, Some(Author::Person(owner)));
        stores.turns.finish_reply(&complete(&claim, &format!("I am {n}.")), making.now()).await.unwrap().unwrap();
    }
    assert!(making.claim(session, node).await.is_none());
    let history = stores.history.history(owner, session, HistoryAnchor::Newest, 10).await.unwrap();
    let authors: Vec<_> = history.messages.iter().map(|message| message.author).collect();
    let expected: Vec<_> =
        std::iter::once(Author::Person(owner)).chain(cast.iter().copied().map(Author::Character)).map(Some).collect();
    assert_eq!(authors, expected);
    // Nobody answers, and then somebody is asked to; made again, it is the same who speaks.
    let alone = said(&making, owner, &[], "Good night.");
    let accepted = stores.chats.accept_message(owner, session, &alone, making.now()).await.unwrap();
    assert!(matches!(&accepted.event.body, EventBody::MessageAccepted { reply: None, .. }));
    let kept = stores.sessions.find_session(owner, session).await.unwrap().unwrap();
    assert_eq!(kept.leaf_id, Some(alone.id));
    let events = stores.sessions.events_after(owner, session, accepted.event.seq - 1, 10).await.unwrap();
    assert_eq!(events, [accepted.event]);
    let asked = |id, author| NewReply { id, author, reason: author.map(|_| SpeakingReason::Asked) };
    let next = asked(making.message_id(), Some(cast[2]));
    stores.chats.queue_reply(owner, session, alone.id, Queueing::Next, next, making.now()).await.unwrap();
    let claim = making.claim(session, node).await.unwrap();
    stores.turns.finish_reply(&complete(&claim, "Good night."), making.now()).await.unwrap().unwrap();
    let after = asked(making.message_id(), Some(cast[0]));
    let event = stores.chats.queue_reply(owner, session, next.id, Queueing::Next, after, making.now()).await.unwrap();
    let EventBody::ReplyQueued { reply } = event.body else { panic!("another event") };
    assert_eq!(reply.parent_id, Some(next.id), "below a reply, not beside it");
    let beside = asked(making.message_id(), None);
    let how = Queueing::Again(RegenerateMode::New);
    let event = stores.chats.queue_reply(owner, session, next.id, how, beside, making.now()).await.unwrap();
    let EventBody::ReplyQueued { reply } = event.body else { panic!("another event") };
    assert_eq!((reply.parent_id, reply.author), (Some(alone.id), Some(Author::Character(cast[2]))));
    assert_eq!((reply.reason, reply.siblings.len()), (Some(SpeakingReason::Asked), 2));
    let many = said(&making, owner, &vec![cast[0]; 16], "All at once!");
    let crowd = stores.chats.accept_message(owner, session, &many, making.now()).await;
    assert_eq!(crowd, Err(StoreError::Conflict(Conflict::TooManyQueued)));
}

async fn ids_of_clients_are_each_authors_own(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 0).await;
    let owner = shared.owner;
    let mut taken = Vec::new();
    for author in &shared.people {
        let same = NewMessage { client_message_id: "a/1".into(), ..said(&making, *author, &[], "hello") };
        let times = join_all((0..4).map(|_| {
            let again = NewMessage { id: making.message_id(), ..same.clone() };
            let now = making.now();
            async move { stores.chats.accept_message(owner, shared.session, &again, now).await.unwrap() }
        }))
        .await;
        assert_eq!(times.iter().filter(|accepted| !accepted.repeated).count(), 1, "sent four times, taken once");
        assert!(times.iter().all(|accepted| accepted.event == times[0].event));
        let EventBody::MessageAccepted { message, .. } = &times[0].event.body else { panic!("another event") };
        assert_eq!(message.client_message_id.as_deref(), Some("a/1"), "told as it was given");
        taken.push(message.id);
    }
    assert_ne!(taken[0], taken[1]);
}

async fn messages_tell_where_they_are(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 0).await;
    let new = said(&making, shared.people[1], &[], "hello");
    stores.chats.accept_message(shared.owner, shared.session, &new, making.now()).await.unwrap();
    let place = stores.places.place_of_shared(new.id).await.unwrap().unwrap();
    assert_eq!((place.session_id, place.owner), (shared.session, shared.owner));
    // What one person says to one character is told of by nothing but their own session.
    let alone = making.chat(1).await;
    assert_eq!(stores.places.place_of_shared(alone.greetings[0].id).await, Ok(None));
    assert_eq!(stores.places.place_of_shared(making.message_id()).await, Ok(None));
}

async fn words_are_taken_back_alone(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 1).await;
    let (owner, session) = (shared.owner, shared.session);
    let first = said(&making, owner, &shared.characters, "a secret");
    stores.chats.accept_message(owner, session, &first, making.now()).await.unwrap();
    let reply = first.replies[0].id;
    let retract = |message| stores.chats.retract_message(owner, session, message, making.now());
    assert_eq!(retract(reply).await, Err(StoreError::Conflict(Conflict::ReplyRunning)));
    let claim = making.claim(session, making.node()).await.unwrap();
    stores.turns.finish_reply(&complete(&claim, "Hm."), making.now()).await.unwrap().unwrap();
    let then = said(&making, shared.people[1], &[], "and then");
    stores.chats.accept_message(owner, session, &then, making.now()).await.unwrap();
    stores.chats.edit_message(owner, session, first.id, "another secret", making.now()).await.unwrap();
    let EventBody::MessageEdited { message } = retract(first.id).await.unwrap().body else { panic!("another event") };
    assert!(message.is_retracted());
    assert_eq!((message.status, message.revision), (MessageStatus::Complete, 2));
    assert_eq!(stores.history.revisions(owner, first.id).await.unwrap(), [], "nothing of it is left");
    let history = stores.history.history(owner, session, HistoryAnchor::Newest, 10).await.unwrap();
    let texts: Vec<&str> = history.messages.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(texts, ["", "Hm.", "and then"], "what others said stays");
    let stranger = making.user().await.id;
    let theirs = stores.chats.retract_message(stranger, session, then.id, making.now()).await;
    assert_eq!(theirs, Err(StoreError::NotFound));
}

async fn lists_show_what_one_shares(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 1).await;
    let [aya, bo] = shared.people[..] else { panic!("two people") };
    let own = making.chat_of(bo, shared.characters[0], 0).await;
    let list = |user, filter| {
        let page = PageRequest { cursor: None, limit: 10 };
        async move {
            let found = stores.sessions.page_sessions(user, filter, &page).await.unwrap();
            found.items.iter().map(|item| (item.session.id, item.session.pinned)).collect::<Vec<_>>()
        }
    };
    let all = SessionFilter::default();
    assert_eq!(list(bo, all).await, [(own.session, false), (shared.session, false)]);
    assert_eq!(list(aya, all).await, [(shared.session, false)]);
    let change = |change: GroupChange| {
        let now = making.now();
        async move { stores.groups.change_group(shared.session, &change, now).await.unwrap() }
    };
    change(GroupChange::Own { user: bo, pinned: Some(true), archived: None, muted: None }).await;
    assert_eq!(list(bo, all).await, [(shared.session, true), (own.session, false)]);
    assert_eq!(list(aya, all).await, [(shared.session, false)], "each has their own order");
    // Page by page it is the same.
    let page = PageRequest { cursor: None, limit: 1 };
    let first = stores.sessions.page_sessions(bo, all, &page).await.unwrap();
    let page = PageRequest { cursor: first.next_cursor, limit: 1 };
    let second = stores.sessions.page_sessions(bo, all, &page).await.unwrap();
    let ids: Vec<SessionId> = first.items.iter().chain(&second.items).map(|item| item.session.id).collect();
    assert_eq!((ids, second.next_cursor), (vec![shared.session, own.session], None));
    let with = SessionFilter { character_id: Some(shared.characters[0]), ..all };
    assert_eq!(list(bo, with).await.len(), 2);
    let nobody = SessionFilter { character_id: Some(CharacterId(making.uuid())), ..all };
    assert_eq!(list(bo, nobody).await, []);
    change(GroupChange::Own { user: bo, pinned: None, archived: Some(true), muted: None }).await;
    assert_eq!(list(bo, all).await, [(own.session, false)]);
    assert_eq!(list(bo, SessionFilter { archived: true, ..all }).await, [(shared.session, true)]);
    // Under whom it is kept says nothing: whoever left does not have it.
    change(GroupChange::Leave { user: aya, role: MemberRole::Owner }).await;
    assert_eq!(list(aya, all).await, []);
    let since = time::OffsetDateTime::UNIX_EPOCH;
    let lately = stores.places.lately(&[aya, bo], since).await.unwrap();
    let of_group: Vec<UserId> =
        lately.iter().filter(|place| place.session_id == shared.session).map(|place| place.owner).collect();
    assert_eq!(of_group, [bo]);
}

async fn how_far_one_has_read_never_goes_back(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 0).await;
    let [aya, bo] = shared.people[..] else { panic!("two people") };
    for n in 0..3 {
        let new = said(&making, bo, &[], &format!("{n}"));
        stores.chats.accept_message(shared.owner, shared.session, &new, making.now()).await.unwrap();
    }
    let unread = |seq| async move {
        let found = stores.places.unread(&[(shared.session, seq)]).await.unwrap();
        found.first().map_or(0, |(_, unread)| *unread)
    };
    let seq = stores.places.places(&[shared.session]).await.unwrap()[0].seq;
    assert_eq!((unread(0).await, unread(seq - 1).await, unread(seq).await), (3, 1, 0));
    let read = |seq| stores.groups.read_up_to(shared.session, aya, seq);
    assert_eq!(read(2).await, Ok(2));
    assert_eq!(read(1).await, Ok(2));
    let reached = join_all((0..10).map(read)).await;
    assert!(reached.iter().all(Result::is_ok));
    assert_eq!(found(stores, shared.session).await.joined(aya).unwrap().read_seq, 9);
    let stranger = making.user().await.id;
    assert_eq!(stores.groups.read_up_to(shared.session, stranger, 1).await, Err(StoreError::NotFound));
}

async fn nobody_remembers_it(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 1, 1).await;
    let new = said(&making, shared.owner, &[], "between us");
    stores.chats.accept_message(shared.owner, shared.session, &new, making.now()).await.unwrap();
    assert_eq!(stores.transcripts.transcript(shared.session).await.unwrap(), None);
    let lag = Lag { facts: Some(1), quiet_since: making.now() };
    let behind = stores.remembering.behind(lag, 1_000).await.unwrap();
    assert!(behind.iter().all(|behind| behind.session != shared.session));
}

async fn who_is_deleted_leaves_the_rest(stores: &Stores) {
    let making = Making::new(stores);
    let shared = shared(stores, &making, 2, 0).await;
    let [aya, bo] = shared.people[..] else { panic!("two people") };
    for (author, text) in [(aya, "a secret of hers"), (bo, "his own words")] {
        let new = said(&making, author, &[], text);
        stores.chats.accept_message(shared.owner, shared.session, &new, making.now()).await.unwrap();
    }
    stores.accounts.delete_user(aya, making.now()).await.unwrap();
    let place = stores.places.places(&[shared.session]).await.unwrap();
    assert_eq!(place.iter().map(|place| place.owner).collect::<Vec<_>>(), [bo], "it passed to who is left");
    let group = found(stores, shared.session).await;
    assert_eq!(states(&group), [(bo, MemberRole::Owner, MemberState::Joined)]);
    let history = stores.history.history(bo, shared.session, HistoryAnchor::Newest, 10).await.unwrap();
    let texts: Vec<&str> = history.messages.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(texts, ["", "his own words"]);
    stores.accounts.delete_user(bo, making.now()).await.unwrap();
    assert_eq!(stores.places.places(&[shared.session]).await.unwrap(), []);
    assert_eq!(stores.groups.find_groups(&[shared.session]).await.unwrap(), []);
}
