//! Who hears which frame, and by which walk each kind of thing is guarded.

use domain::privacy::ViewerKind;

use crate::privacy_routes::scene::Kind;

/// Where a frame is about: in the owner's own chat, in the group, or in neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Alone,
    Group,
    Nowhere,
}

/// Who hears what an owner's doing tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearers {
    /// The socket that asked, whoever's it is: it tells of nobody else.
    Asker,
    /// The other devices of the owner.
    Devices,
    /// All who are in the group.
    Members,
    /// Whoever is asked to come to it.
    Asked,
    /// Friends, of the owner.
    Friends,
    /// The two whose friendship ends.
    Parted,
}

use Hearers::*;
use Place::*;

const EVENT: &[(Place, Hearers)] = &[(Alone, Devices), (Group, Members)];

/// All that the server says, and to whom.
pub(super) const FRAMES: &[(&str, &[(Place, Hearers)])] = &[
    ("ready", &[(Nowhere, Asker)]),
    ("message.accepted", EVENT),
    ("message.edited", EVENT),
    // Where several talk, only the words of a message go.
    ("message.deleted", &[(Alone, Devices)]),
    ("reply.queued", EVENT),
    ("reply.started", EVENT),
    ("reply.delta", EVENT),
    ("reply.completed", EVENT),
    ("reply.failed", EVENT),
    ("session.updated", EVENT),
    ("session.deleted", EVENT),
    ("session.resumed", &[(Nowhere, Asker)]),
    ("typing", EVENT),
    ("read", EVENT),
    ("invited", &[(Group, Asked)]),
    ("friends.changed", &[(Nowhere, Parted)]),
    ("presence", &[(Nowhere, Friends)]),
    ("remembering", &[(Alone, Devices)]),
    ("memory.changed", &[(Nowhere, Devices)]),
    ("bond.changed", &[(Nowhere, Devices)]),
    ("route.unlocked", &[(Nowhere, Devices)]),
    ("notification", &[(Nowhere, Devices)]),
    ("notifications.read", &[(Nowhere, Devices)]),
    ("reminder", &[(Nowhere, Devices)]),
    ("pong", &[(Nowhere, Asker)]),
    ("error", &[(Nowhere, Asker)]),
];

/// Whether somebody hears it.
pub(super) fn hears(whom: Hearers, kind: Kind) -> bool {
    let friend = matches!(kind, Kind::Known(ViewerKind::Friend) | Kind::Member | Kind::Invited);
    match whom {
        // Not counted: each socket has its own.
        Asker => false,
        Devices => kind.is_owner(),
        Members => kind.is_owner() || kind == Kind::Member,
        Asked => kind == Kind::Invited,
        Friends => friend,
        Parted => kind.is_owner() || kind == Kind::Known(ViewerKind::Friend),
    }
}

/// What guards a kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// The walk of routes, which must have one with this in its path.
    Routes(&'static str),
    /// The walks of `privacy.rs`.
    Facets,
    /// The walks of `moments_privacy.rs`, and the routes with this in their path.
    Moments(&'static str),
    /// The walk of this file.
    Here,
    /// It is only told of to its owner, or to whoever looks after the server, by a route with this id.
    Listed(&'static str),
    /// It is told of to nobody.
    Never,
}

/// What guards each kind of thing that has ids, by the prefix of these.
pub(super) const THINGS: &[(&str, Guard)] = &[
    ("usr", Guard::Facets),
    ("dev", Guard::Routes("{device_id}")),
    ("key", Guard::Routes("{api_key_id}")),
    ("chr", Guard::Routes("{character_id}")),
    ("ses", Guard::Routes("{session_id}")),
    ("msg", Guard::Routes("{message_id}")),
    ("med", Guard::Here),
    ("mem", Guard::Routes("{memory_id}")),
    ("bnd", Guard::Listed("page_bond_events")),
    ("dia", Guard::Routes("{entry_id}")),
    ("rou", Guard::Never),
    ("lor", Guard::Routes("{lorebook_id}")),
    ("ini", Guard::Never),
    ("rem", Guard::Routes("{reminder_id}")),
    ("job", Guard::Routes("{job_id}")),
    ("aud", Guard::Listed("page_audit")),
    ("rep", Guard::Listed("get_case")),
    ("cas", Guard::Routes("{case_id}")),
    ("ntf", Guard::Here),
    ("sub", Guard::Never),
    ("mom", Guard::Moments("{moment_id}")),
    ("cmt", Guard::Here),
    ("evt", Guard::Never),
    ("nod", Guard::Never),
];
