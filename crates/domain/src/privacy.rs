//! Who sees what of a person, and who may do what to them: one table, as a pure function.
//!
//! Everything that shows a person asks it: profiles, lists, searches, suggestions and moments on every floor. A block makes two people
//! invisible to each other, whatever else they are. Minors are not there for adults who do not know them.

use crate::accounts::AgeClass;
use crate::moments::MomentVisibility;

closed_set! {
    /// Whom a person lets see something of theirs.
    pub enum Audience {
        /// Everybody who is signed in.
        Everyone = "everyone",
        /// Friends.
        Friends = "friends",
        /// Nobody else.
        Nobody = "nobody",
    }
}

closed_set! {
    /// Whom a person lets ask for their friendship.
    pub enum AskAudience {
        /// Everybody who is signed in.
        Everyone = "everyone",
        /// Whoever has a friend in common with them.
        FriendsOfFriends = "friends_of_friends",
        /// Nobody.
        Nobody = "nobody",
    }
}

/// What a person lets others see and do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// Who reads what they say of themselves, sees whom they follow, and finds them.
    pub profile: Audience,
    /// Who sees whether they are here.
    pub presence: Audience,
    /// Who sees who their friends are.
    pub friends: Audience,
    /// Who may ask for their friendship.
    pub requests: AskAudience,
    /// Who may write to them.
    pub messages: Audience,
}

impl Privacy {
    /// What holds for who has chosen nothing. Minors show themselves to friends alone.
    #[must_use]
    pub fn usual(minor: bool) -> Self {
        if minor {
            Self {
                profile: Audience::Friends,
                presence: Audience::Friends,
                friends: Audience::Friends,
                requests: AskAudience::FriendsOfFriends,
                messages: Audience::Friends,
            }
        } else {
            Self {
                profile: Audience::Everyone,
                presence: Audience::Friends,
                friends: Audience::Friends,
                requests: AskAudience::Everyone,
                messages: Audience::Friends,
            }
        }
    }
}

/// What a person has chosen; `None` is what is usual at their age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of `Privacy`")]
pub struct PrivacyChoice {
    pub profile: Option<Audience>,
    pub presence: Option<Audience>,
    pub friends: Option<Audience>,
    pub requests: Option<AskAudience>,
    pub messages: Option<Audience>,
}

impl PrivacyChoice {
    /// What holds with these choices.
    #[must_use]
    pub fn over(self, usual: Privacy) -> Privacy {
        Privacy {
            profile: self.profile.unwrap_or(usual.profile),
            presence: self.presence.unwrap_or(usual.presence),
            friends: self.friends.unwrap_or(usual.friends),
            requests: self.requests.unwrap_or(usual.requests),
            messages: self.messages.unwrap_or(usual.messages),
        }
    }
}

/// Whether somebody is looked after as a minor: whoever is not known to be an adult.
#[must_use]
pub fn protected(age: AgeClass) -> bool {
    match age {
        AgeClass::Unknown | AgeClass::Child | AgeClass::Teen => true,
        AgeClass::Adult => false,
    }
}

/// Whether somebody is known to be a minor, and so is no stranger among minors.
#[must_use]
pub fn known_minor(age: AgeClass) -> bool {
    match age {
        AgeClass::Child | AgeClass::Teen => true,
        AgeClass::Unknown | AgeClass::Adult => false,
    }
}

closed_set! {
    /// What somebody is to the person they look at.
    pub enum ViewerKind {
        /// The person themselves.
        Myself = "self",
        /// A friend.
        Friend = "friend",
        /// Somebody whose friendship the person asks for.
        Asked = "asked",
        /// Somebody who follows them.
        Follower = "follower",
        /// Somebody they have muted, who must not notice it.
        Muted = "muted",
        /// Somebody who is nothing to them.
        Stranger = "stranger",
        /// A stranger who moderates.
        Moderator = "moderator",
        /// Somebody who has blocked them.
        Blocking = "blocking",
        /// Somebody they have blocked.
        Blocked = "blocked",
        /// Nobody who is known.
        SignedOut = "signed_out",
    }
}

closed_set! {
    /// What there is to see of a person, and to do to them.
    pub enum Facet {
        /// That they are there: handle, name and picture.
        Card = "card",
        /// What they say of themselves, and how many friends and followers they have.
        About = "about",
        /// Whether they are here.
        Presence = "presence",
        /// Who their friends are.
        Friends = "friends",
        /// Who follows them, and whom and which characters they follow.
        Follows = "follows",
        /// Finding them in a search or a suggestion.
        Found = "found",
        /// Asking for their friendship, or giving them one's own.
        Ask = "ask",
        /// Following them.
        Follow = "follow",
        /// Writing to them.
        Message = "message",
        /// Reporting them.
        Report = "report",
    }
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// What they are to the person.
    pub kind: ViewerKind,
    /// Whether they are known to be a minor.
    pub minor: bool,
    /// Whether the two have a friend in common. Told only where it decides something.
    pub near: bool,
    /// Whether they follow the person, whatever else they are.
    pub follows: bool,
}

/// Who is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Whether they are looked after as a minor.
    pub minor: bool,
    /// Whether their account is disabled.
    pub disabled: bool,
    /// What they let others see.
    pub privacy: Privacy,
}

/// The table: whether `viewer` sees, or may do, this.
#[must_use]
pub fn sees(viewer: Viewer, owner: &Owner, facet: Facet) -> bool {
    match viewer.kind {
        ViewerKind::Myself => sees_oneself(facet),
        ViewerKind::Moderator => moderates(facet) || (!owner.disabled && as_stranger(viewer, owner, facet)),
        _ if owner.disabled => false,
        ViewerKind::Friend => as_friend(&owner.privacy, facet),
        ViewerKind::Asked => is_asked(facet) || as_stranger(viewer, owner, facet),
        ViewerKind::Follower | ViewerKind::Muted | ViewerKind::Stranger => as_stranger(viewer, owner, facet),
        // Who blocks somebody sees nothing more of them, but may still say why.
        ViewerKind::Blocking => facet == Facet::Report,
        ViewerKind::Blocked | ViewerKind::SignedOut => false,
    }
}

fn sees_oneself(facet: Facet) -> bool {
    match facet {
        Facet::Card | Facet::About | Facet::Presence | Facet::Friends | Facet::Follows => true,
        Facet::Found | Facet::Ask | Facet::Follow | Facet::Message | Facet::Report => false,
    }
}

/// A moderator reads what somebody says of themselves; who their friends are is none of it.
fn moderates(facet: Facet) -> bool {
    match facet {
        Facet::Card | Facet::About => true,
        Facet::Presence
        | Facet::Friends
        | Facet::Follows
        | Facet::Found
        | Facet::Ask
        | Facet::Follow
        | Facet::Message
        | Facet::Report => false,
    }
}

/// Whoever is asked knows who asks, and may answer, also an adult whom a minor asks.
fn is_asked(facet: Facet) -> bool {
    match facet {
        Facet::Card | Facet::Ask | Facet::Report => true,
        Facet::About
        | Facet::Presence
        | Facet::Friends
        | Facet::Follows
        | Facet::Found
        | Facet::Follow
        | Facet::Message => false,
    }
}

fn as_friend(privacy: &Privacy, facet: Facet) -> bool {
    match facet {
        Facet::Card | Facet::Found | Facet::Follow | Facet::Report => true,
        Facet::About | Facet::Follows => privacy.profile != Audience::Nobody,
        Facet::Presence => privacy.presence != Audience::Nobody,
        Facet::Friends => privacy.friends != Audience::Nobody,
        Facet::Message => privacy.messages != Audience::Nobody,
        // They are friends already.
        Facet::Ask => false,
    }
}

fn as_stranger(viewer: Viewer, owner: &Owner, facet: Facet) -> bool {
    // A minor is there for those who are known to be minors, too, and for nobody else they do not know.
    if owner.minor && !viewer.minor {
        return false;
    }
    let privacy = &owner.privacy;
    match facet {
        Facet::Card | Facet::Report => true,
        Facet::About | Facet::Follows | Facet::Found | Facet::Follow => privacy.profile == Audience::Everyone,
        Facet::Presence => privacy.presence == Audience::Everyone,
        Facet::Friends => privacy.friends == Audience::Everyone,
        Facet::Message => privacy.messages == Audience::Everyone,
        Facet::Ask => match privacy.requests {
            AskAudience::Everyone => true,
            AskAudience::FriendsOfFriends => viewer.near,
            AskAudience::Nobody => false,
        },
    }
}

/// What somebody who looks at a character's moments is to her.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharacterViewer {
    /// They made her.
    pub maker: bool,
    /// She is there for them: not private, not hidden by moderators, not across a block with her maker.
    pub shown: bool,
    /// They follow her.
    pub follows: bool,
    /// They are a friend of her maker.
    pub friend: bool,
}

/// Somebody who looks at moments, beside whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onlooker {
    /// At those of a person.
    OfPerson(Viewer, Owner),
    /// At those of a character.
    OfCharacter(CharacterViewer),
}

/// Whether somebody sees a moment that is shown so.
///
/// What people say in moments they say of themselves: strangers and followers see it only where they may read their profile,
/// whatever the moment says. Friends see what is not private. A character's moments are seen by those who see her; her friends
/// are those of her maker.
#[must_use]
pub fn sees_moment(onlooker: &Onlooker, visibility: MomentVisibility) -> bool {
    match onlooker {
        Onlooker::OfPerson(viewer, owner) => of_person(*viewer, owner, visibility),
        Onlooker::OfCharacter(viewer) => viewer.maker || (viewer.shown && of_character(*viewer, visibility)),
    }
}

fn of_person(viewer: Viewer, owner: &Owner, visibility: MomentVisibility) -> bool {
    match viewer.kind {
        ViewerKind::Myself => true,
        _ if owner.disabled => false,
        ViewerKind::Friend => visibility != MomentVisibility::Private,
        // Moderators see what is reported through its report, and otherwise what everybody in their place does.
        ViewerKind::Asked | ViewerKind::Follower | ViewerKind::Muted | ViewerKind::Stranger | ViewerKind::Moderator => {
            as_stranger(viewer, owner, Facet::About)
                && match visibility {
                    MomentVisibility::Public => true,
                    MomentVisibility::Followers => viewer.follows,
                    MomentVisibility::Friends | MomentVisibility::Private => false,
                }
        }
        ViewerKind::Blocking | ViewerKind::Blocked | ViewerKind::SignedOut => false,
    }
}

fn of_character(viewer: CharacterViewer, visibility: MomentVisibility) -> bool {
    match visibility {
        MomentVisibility::Public => true,
        MomentVisibility::Followers => viewer.follows || viewer.friend,
        MomentVisibility::Friends => viewer.friend,
        MomentVisibility::Private => false,
    }
}

#[cfg(test)]
mod tests;
