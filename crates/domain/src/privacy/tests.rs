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
        .flat_map(|(kind, minor)| BOTH.map(|near| Viewer { kind, minor, near }))
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
    assert_eq!(looked, 3_usize.pow(5) * 4 * ViewerKind::ALL.len() * 4 * Facet::ALL.len());
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
        let viewer = Viewer { kind: *kind, minor: viewer_minor, near: false };
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
