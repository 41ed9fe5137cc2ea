//! Every combination of who looks, at whom, and at what.

use super::*;
use crate::ClosedSet;

const BOTH: [bool; 2] = [false, true];

/// Every setting of a person, of whatever age and standing.
fn owners() -> Vec<Owner> {
    let mut owners = Vec::new();
    for profile in Audience::ALL.iter().copied() {
        for presence in Audience::ALL.iter().copied() {
            for friends in Audience::ALL.iter().copied() {
                for requests in AskAudience::ALL.iter().copied() {
                    for messages in Audience::ALL.iter().copied() {
                        let privacy = Privacy { profile, presence, friends, requests, messages };
                        for minor in BOTH {
                            owners.extend(BOTH.map(|disabled| Owner { minor, disabled, privacy }));
                        }
                    }
                }
            }
        }
    }
    owners
}

fn viewers() -> Vec<Viewer> {
    let kinds = ViewerKind::ALL.iter().copied();
    kinds
        .flat_map(|kind| BOTH.map(|minor| (kind, minor)))
        .flat_map(|(kind, minor)| BOTH.map(|near| (kind, minor, near)))
        // Who only follows follows; the others may as well.
        .flat_map(|(kind, minor, near)| BOTH.map(|follows| Viewer { kind, minor, near, follows }))
        .filter(|viewer| viewer.kind != ViewerKind::Follower || viewer.follows)
        .collect()
}

/// The audience that decides a facet, and `None` where another rule does.
fn audience(privacy: &Privacy, facet: Facet) -> Option<Audience> {
    match facet {
        Facet::About | Facet::Follows => Some(privacy.profile),
        Facet::Presence => Some(privacy.presence),
        Facet::Friends => Some(privacy.friends),
        Facet::Message => Some(privacy.messages),
        Facet::Card | Facet::Found | Facet::Ask | Facet::Follow | Facet::Report => None,
    }
}

/// What must hold, told the other way round: from the facet and the rule, not from the viewer.
fn must(viewer: Viewer, owner: &Owner, facet: Facet) -> bool {
    use ViewerKind as Kind;
    let strange = matches!(viewer.kind, Kind::Follower | Kind::Muted | Kind::Stranger | Kind::Moderator | Kind::Asked);
    let apart = owner.minor && !viewer.minor;
    let there = !owner.disabled && !matches!(viewer.kind, Kind::Blocked | Kind::Blocking | Kind::SignedOut);
    let meets = there && (!strange || !apart);
    let of = |audience: Audience| match audience {
        Audience::Everyone => strange || viewer.kind == Kind::Friend,
        Audience::Friends => viewer.kind == Kind::Friend,
        Audience::Nobody => false,
    };
    let own = viewer.kind == Kind::Myself;
    let asked = viewer.kind == Kind::Asked && there;
    let moderates = viewer.kind == Kind::Moderator;
    match facet {
        Facet::Card => own || moderates || asked || meets,
        Facet::About => own || moderates || (meets && of(owner.privacy.profile)),
        Facet::Presence | Facet::Friends | Facet::Follows | Facet::Message => {
            let decides = audience(&owner.privacy, facet).expect("an audience decides this");
            (own && facet != Facet::Message) || (meets && !own && of(decides))
        }
        Facet::Found | Facet::Follow => {
            !own && meets && (viewer.kind == Kind::Friend || owner.privacy.profile == Audience::Everyone)
        }
        Facet::Ask => {
            let may = match owner.privacy.requests {
                AskAudience::Everyone => true,
                AskAudience::FriendsOfFriends => viewer.near,
                AskAudience::Nobody => false,
            };
            asked || (strange && meets && may)
        }
        Facet::Report => asked || (!own && meets) || (viewer.kind == Kind::Blocking && !owner.disabled),
    }
}

#[test]
fn every_combination_is_as_the_rules_say() {
    let mut looked = 0;
    for owner in owners() {
        for viewer in viewers() {
            for facet in Facet::ALL.iter().copied() {
                let expected = must(viewer, &owner, facet);
                assert_eq!(sees(viewer, &owner, facet), expected, "{viewer:?} {owner:?} {facet}");
                looked += 1;
            }
        }
    }
    assert_eq!(looked, 3_usize.pow(5) * 4 * (ViewerKind::ALL.len() * 8 - 4) * Facet::ALL.len());
}

/// What must hold of a moment, told from its visibility and not from the viewer.
fn moment_must(viewer: Viewer, owner: &Owner, visibility: MomentVisibility) -> bool {
    use ViewerKind as Kind;
    let kept_apart = matches!(viewer.kind, Kind::Blocked | Kind::Blocking | Kind::SignedOut) || owner.disabled;
    let friend = viewer.kind == Kind::Friend && !kept_apart;
    let strange = !friend && !kept_apart && viewer.kind != Kind::Myself;
    let reads = strange && owner.privacy.profile == Audience::Everyone && (!owner.minor || viewer.minor);
    let others = match visibility {
        MomentVisibility::Public => friend || reads,
        MomentVisibility::Followers => friend || (reads && viewer.follows),
        MomentVisibility::Friends => friend,
        MomentVisibility::Private => false,
    };
    viewer.kind == Kind::Myself || others
}

#[test]
fn moments_of_people_are_seen_by_those_they_are_for() {
    let mut looked = 0;
    for owner in owners() {
        for viewer in viewers() {
            for visibility in MomentVisibility::ALL.iter().copied() {
                let seen = sees_moment(&Onlooker::OfPerson(viewer, owner), visibility);
                assert_eq!(seen, moment_must(viewer, &owner, visibility), "{viewer:?} {owner:?} {visibility}");
                // What one may see of a moment one may see of the person.
                assert!(!seen || sees(viewer, &owner, Facet::Card), "{viewer:?} {owner:?} {visibility}");
                looked += 1;
            }
        }
    }
    assert_eq!(looked, 3_usize.pow(5) * 4 * (ViewerKind::ALL.len() * 8 - 4) * MomentVisibility::ALL.len());
}

#[test]
fn moments_of_characters_are_seen_by_those_who_see_her() {
    for bits in 0..16_u8 {
        let viewer = CharacterViewer {
            maker: bits & 1 != 0,
            shown: bits & 2 != 0,
            follows: bits & 4 != 0,
            friend: bits & 8 != 0,
        };
        let seen: Vec<&str> = MomentVisibility::ALL
            .iter()
            .filter(|visibility| sees_moment(&Onlooker::OfCharacter(viewer), **visibility))
            .map(ClosedSet::as_str)
            .collect();
        let expected: &[&str] = match viewer {
            CharacterViewer { maker: true, .. } => &["public", "followers", "friends", "private"],
            CharacterViewer { shown: false, .. } => &[],
            CharacterViewer { friend: true, .. } => &["public", "followers", "friends"],
            CharacterViewer { follows: true, .. } => &["public", "followers"],
            _ => &["public"],
        };
        assert_eq!(seen, expected, "{viewer:?}");
    }
}

/// The moments of an adult who has chosen nothing, as adults see them; with `+`, as those do who follow them besides.
const MOMENTS: [(&str, &str); 10] = [
    ("self", "public followers friends private"),
    ("friend", "public followers friends"),
    ("asked", "public +followers"),
    ("follower", "public followers"),
    ("muted", "public +followers"),
    ("stranger", "public +followers"),
    ("moderator", "public +followers"),
    ("blocking", ""),
    ("blocked", ""),
    ("signed_out", ""),
];

#[test]
fn who_sees_which_moments_is_written_down() {
    let owner = Owner { minor: false, disabled: false, privacy: Privacy::usual(false) };
    let row = |kind: &ViewerKind| {
        let seen = |follows, visibility| {
            let viewer = Viewer { kind: *kind, minor: false, near: false, follows };
            sees_moment(&Onlooker::OfPerson(viewer, owner), visibility)
        };
        let told = MomentVisibility::ALL.iter().filter_map(|visibility| {
            let plain = seen(*kind == ViewerKind::Follower, *visibility);
            match (plain, seen(true, *visibility)) {
                (true, _) => Some(visibility.to_string()),
                (false, true) => Some(format!("+{visibility}")),
                (false, false) => None,
            }
        });
        (kind.as_str(), told.collect::<Vec<_>>().join(" "))
    };
    let table: Vec<_> = ViewerKind::ALL.iter().map(row).collect();
    assert_eq!(table, MOMENTS.map(|(kind, seen)| (kind, seen.to_owned())));
}

/// An adult who has chosen nothing, as adults see them. One column a facet, in their order.
const USUAL: [(&str, &str); 10] = [
    ("self", "card about presence friends follows"),
    ("friend", "card about presence friends follows found follow message report"),
    ("asked", "card about follows found ask follow report"),
    ("follower", "card about follows found ask follow report"),
    ("muted", "card about follows found ask follow report"),
    ("stranger", "card about follows found ask follow report"),
    ("moderator", "card about follows found ask follow report"),
    ("blocking", "report"),
    ("blocked", ""),
    ("signed_out", ""),
];

/// A minor who has chosen nothing, as adults see them.
const MINOR: [(&str, &str); 10] = [
    ("self", "card about presence friends follows"),
    ("friend", "card about presence friends follows found follow message report"),
    ("asked", "card ask report"),
    ("follower", ""),
    ("muted", ""),
    ("stranger", ""),
    ("moderator", "card about"),
    ("blocking", "report"),
    ("blocked", ""),
    ("signed_out", ""),
];

/// The same, as other minors see them.
const AMONG_MINORS: [(&str, &str); 10] = [
    ("self", "card about presence friends follows"),
    ("friend", "card about presence friends follows found follow message report"),
    ("asked", "card ask report"),
    ("follower", "card report"),
    ("muted", "card report"),
    ("stranger", "card report"),
    ("moderator", "card about report"),
    ("blocking", "report"),
    ("blocked", ""),
    ("signed_out", ""),
];

fn table(owner_minor: bool, viewer_minor: bool) -> Vec<(&'static str, String)> {
    let owner = Owner { minor: owner_minor, disabled: false, privacy: Privacy::usual(owner_minor) };
    let row = |kind: &ViewerKind| {
        let viewer = Viewer { kind: *kind, minor: viewer_minor, near: false, follows: false };
        let seen = Facet::ALL.iter().filter(|facet| sees(viewer, &owner, **facet));
        (kind.as_str(), seen.map(ClosedSet::as_str).collect::<Vec<_>>().join(" "))
    };
    ViewerKind::ALL.iter().map(row).collect()
}

#[test]
fn what_is_usual_is_written_down() {
    let written = |table: [(&'static str, &str); 10]| table.map(|(kind, seen)| (kind, seen.to_owned())).to_vec();
    assert_eq!(table(false, false), written(USUAL));
    assert_eq!(table(false, true), written(USUAL), "minors see adults as adults do");
    assert_eq!(table(true, false), written(MINOR));
    assert_eq!(table(true, true), written(AMONG_MINORS));
}

#[test]
fn who_is_unknown_is_protected_and_protected_from() {
    let ages = AgeClass::ALL.iter().map(|age| (protected(*age), known_minor(*age))).collect::<Vec<_>>();
    assert_eq!(ages, [(true, false), (true, true), (true, true), (false, false)]);
}

#[test]
fn a_choice_counts_over_what_is_usual() {
    let choice = PrivacyChoice { presence: Some(Audience::Nobody), ..PrivacyChoice::default() };
    for minor in BOTH {
        let usual = Privacy::usual(minor);
        assert_eq!(choice.over(usual), Privacy { presence: Audience::Nobody, ..usual });
    }
}
