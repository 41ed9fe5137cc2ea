//! Friends: two people who both said yes.

closed_set! {
    /// Which requests are looked at.
    pub enum RequestDirection {
        /// Those that others made.
        Incoming = "incoming",
        /// Those that one made oneself.
        Outgoing = "outgoing",
    }
}

closed_set! {
    /// What somebody was to a person on the server from which an archive came.
    pub enum FormerTie {
        /// A friend.
        Friend = "friend",
        /// Somebody whom the person followed.
        Followed = "followed",
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It waits for an answer.
    Waits,
    /// It waits since it was made before.
    WaitsAlready,
    /// The other one had asked as well: they are friends now.
    Friends,
    /// They were friends before.
    FriendsAlready,
}

/// What ended between two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// Their friendship.
    Friendship,
    /// The request of the one who ends it.
    OwnRequest,
    /// The request of the other.
    TheirRequest,
    /// There was nothing.
    Nothing,
}
