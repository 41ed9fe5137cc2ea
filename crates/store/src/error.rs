//! What a store answers when it cannot do as asked, split by what the caller can do.

/// The result of every store method.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a store did nothing. In every case nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or it is another's.
    #[error("not found")]
    NotFound,
    /// It contradicts what is kept.
    #[error("conflict: {0}")]
    Conflict(Conflict),
    /// The cursor of a page is not one of this store's.
    #[error("invalid cursor")]
    InvalidCursor,
    /// The store cannot be reached, or is too busy: the same call may succeed later. The text holds no data of people.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What is kept cannot be read: a fault of ours.
    #[error("the store holds what it must not: {0}")]
    Corrupt(String),
    /// The store is in a state in which this must not be done: a sentence for whoever runs it, without its full stop.
    #[error("{0}")]
    Refused(String),
}

/// What it contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another account has this user name.
    #[error("the user name is taken")]
    UsernameTaken,
    /// Another account has this e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The person has as many API keys as anyone may.
    #[error("too many API keys")]
    TooManyApiKeys,
    /// The person has made as many characters as anyone may.
    #[error("too many characters")]
    TooManyCharacters,
    /// As many replies wait in this session as may.
    #[error("too many replies are waiting")]
    TooManyQueued,
    /// As many alternatives stand at this place as may.
    #[error("too many alternatives")]
    TooManySiblings,
    /// The reply is not finished: stop it first.
    #[error("the reply is being written")]
    ReplyRunning,
    /// Only a reply can be continued.
    #[error("not a reply")]
    NotAReply,
    /// A message with this client id was taken before and has since been deleted.
    #[error("the message was deleted")]
    MessageDeleted,
    /// The person has written as many notes for this character as anyone may.
    #[error("too many notes")]
    TooManyNotes,
    /// The memory no longer counts: something else took its place.
    #[error("the memory has ended")]
    MemoryEnded,
    /// An episode is what was said; the message can be edited instead.
    #[error("an episode cannot be corrected")]
    EpisodeIsWhatWasSaid,
    /// As many people or characters are in the group as may be.
    #[error("the group is full")]
    GroupFull,
    /// Somebody in the group must not meet the character.
    #[error("the character is not for everybody there")]
    NotForEverybody,
    /// Somebody is in as many groups as anyone may be.
    #[error("too many groups")]
    TooManyGroups,
    /// Nobody would be left who is an admin and can sign in.
    #[error("the last admin")]
    LastAdmin,
    /// The account is disabled.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The job is being done.
    #[error("the job is running")]
    JobRunning,
    /// Another person has this handle.
    #[error("the handle is taken")]
    HandleTaken,
    /// One of the two has as many friends as anyone may.
    #[error("too many friends")]
    TooManyFriends,
    /// As many requests of theirs wait as may.
    #[error("too many requests wait")]
    TooManyRequests,
    /// They follow as many as anyone may.
    #[error("too many are followed")]
    TooManyFollows,
    /// They keep as many away as anyone may.
    #[error("too many are blocked")]
    TooManyBlocks,
    /// A moment of this name was posted before and has since been deleted.
    #[error("the moment was deleted")]
    MomentDeleted,
    /// An image is another's, or stands somewhere already.
    #[error("an image cannot be shown there")]
    ImageUnavailable,
    /// As many comments stand below the moment as may.
    #[error("too many comments")]
    TooManyComments,
    /// Characters say no more here: as much as they may was said, or they are not wanted.
    #[error("characters are silent here")]
    CharactersSilent,
    /// Another moderator looks at the case.
    #[error("another looks at the case")]
    CaseClaimed,
    /// The case was decided before.
    #[error("the case is resolved")]
    CaseResolved,
    /// As many lorebooks are there, or stand open at this place, as may.
    #[error("too many lorebooks")]
    TooManyLorebooks,
    /// As many images belong to the route as may.
    #[error("too many images of a route")]
    TooManyRouteImages,
    /// As much has happened to the person on this route as is kept.
    #[error("too much has happened on the route")]
    TooManyRouteEvents,
    /// Another has gone on from there meanwhile: read again.
    #[error("outdated")]
    Outdated,
}
