//! Whose what each route is about, and what follows from that for whoever looks.

use domain::privacy::ViewerKind;
use testkit::openapi::Operation;

use super::scene::{At, Kind, Things};

/// Whose a thing is, and so who finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// There for everybody, signed in or not.
    Anybodys,
    /// Of the caller: there for whoever is signed in, with nothing of others in it.
    Callers,
    /// Of whoever runs the server.
    Operators,
    /// For moderators and admins.
    Moderators,
    /// For admins.
    Admins,
    /// A person: `privacy.rs` walks their table. Here: not there across a block, or for who is signed out.
    Persons,
    /// A character, for those who may meet her.
    Characters,
    /// The same, of what one takes back, which may be done with whom one does not see any more.
    TakenBack,
    /// A character, for her maker.
    Makers,
    /// What a character remembers of one person.
    Rememberers,
    /// Of one person: their chat, device or notification, or a moment that is private. Of the others, `moments_privacy.rs` walks the table.
    Owners,
    /// Of those who are in a group: what all of them may do there.
    Members,
    /// Of those who look after it.
    Keepers,
    /// For who is asked to come to it.
    Invited,
    /// Something that names another's thing in its body.
    Naming,
}

use Whose::*;

/// Whose what each route is about.
pub(crate) const TABLE: &[(&str, Whose)] = &[
    ("get_health", Anybodys),
    ("get_readiness", Anybodys),
    ("get_media", Anybodys),
    ("register", Anybodys),
    ("issue_token", Anybodys),
    ("logout", Callers),
    ("logout_all", Callers),
    ("get_me", Callers),
    ("update_me", Callers),
    ("delete_me", Callers),
    ("change_password", Callers),
    ("get_legal", Anybodys),
    ("page_consents", Callers),
    ("give_consent", Callers),
    ("withdraw_consent", Callers),
    ("set_portrait", Callers),
    ("remove_portrait", Callers),
    ("get_own_profile", Callers),
    ("update_own_profile", Callers),
    ("list_devices", Callers),
    ("end_device", Owners),
    ("list_api_keys", Callers),
    ("create_api_key", Naming),
    ("update_api_key", Owners),
    ("revoke_api_key", Owners),
    ("list_character_models", Callers),
    ("get_character_model", Characters),
    ("create_chat_completion", Naming),
    ("get_usage", Callers),
    ("get_reminder", Callers),
    ("acknowledge_reminder", Owners),
    ("page_blocked", Callers),
    ("page_muted", Callers),
    ("page_friend_requests", Callers),
    ("list_suggestions", Callers),
    ("list_models", Callers),
    ("page_notifications", Callers),
    ("count_unread", Callers),
    ("read_notifications", Callers),
    ("delete_notification", Owners),
    ("get_notification_settings", Callers),
    ("set_notification_settings", Callers),
    ("get_push_key", Callers),
    ("subscribe_push", Callers),
    ("unsubscribe_push", Callers),
    ("try_push", Callers),
    ("page_recommendations", Callers),
    ("list_trending", Callers),
    ("get_tastes", Callers),
    ("set_tastes", Callers),
    ("tell_events", Callers),
    ("list_invitations", Callers),
    ("page_sessions", Callers),
    ("search_people", Callers),
    ("page_characters", Callers),
    ("create_character", Callers),
    ("page_lorebooks", Callers),
    ("create_lorebook", Callers),
    ("import_lorebook", Callers),
    ("explain_lore", Callers),
    ("get_lorebook", Owners),
    ("update_lorebook", Owners),
    ("delete_lorebook", Owners),
    ("export_lorebook", Owners),
    ("add_lore_entry", Owners),
    ("replace_lore_entry", Owners),
    ("remove_lore_entry", Owners),
    ("open_lorebook_with_me", Owners),
    ("close_lorebook_with_me", Owners),
    ("open_lorebook_with_character", Owners),
    ("close_lorebook_with_character", Owners),
    ("open_lorebook_in_session", Owners),
    ("close_lorebook_in_session", Owners),
    ("preview_card", Callers),
    ("import_card", Callers),
    ("export_account", Callers),
    ("import_account", Callers),
    ("page_feed", Callers),
    ("post_moment", Callers),
    ("upload_media", Callers),
    ("list_operator_models", Operators),
    ("set_default_model", Operators),
    ("page_cases", Moderators),
    ("get_case", Moderators),
    ("claim_case", Moderators),
    ("read_message", Moderators),
    ("read_reported_moment", Moderators),
    ("resolve_case", Moderators),
    ("restore_character", Moderators),
    ("page_people", Moderators),
    ("get_person", Moderators),
    ("page_audit", Admins),
    ("list_care_counts", Admins),
    ("page_jobs", Admins),
    ("discard_job", Admins),
    ("retry_job", Admins),
    ("list_admin_models", Admins),
    ("choose_model", Admins),
    ("get_overview", Admins),
    ("disable_person", Admins),
    ("enable_person", Admins),
    ("set_quota", Admins),
    ("set_role", Admins),
    ("get_profile", Persons),
    ("block_person", Persons),
    ("unblock_person", Persons),
    ("mute_person", Persons),
    ("unmute_person", Persons),
    ("follow_person", Persons),
    ("unfollow_person", Persons),
    ("ask_friend", Persons),
    ("part_friend", Persons),
    ("accept_friend", Persons),
    ("page_friends", Persons),
    ("page_followers", Persons),
    ("page_following", Persons),
    ("page_followed_characters", Persons),
    ("page_person_moments", Persons),
    ("get_character", Characters),
    ("get_presence", Characters),
    ("get_initiative", Characters),
    ("set_initiative", Characters),
    ("list_similar", Characters),
    ("get_character_follow", Characters),
    ("follow_character", Characters),
    ("hide_character", Characters),
    ("set_reaction", Characters),
    ("get_bond", Characters),
    ("update_bond", Characters),
    ("reset_bond", Characters),
    ("page_bond_events", Characters),
    ("page_diary", Characters),
    ("get_diary_settings", Characters),
    ("set_diary_settings", Characters),
    ("delete_diary_entry", Rememberers),
    ("get_progress", Characters),
    ("reset_progress", Characters),
    ("page_memories", Characters),
    ("add_memory", Characters),
    ("forget_memories", Characters),
    ("export_memories", Characters),
    ("search_memories", Characters),
    ("get_memory_state", Characters),
    ("page_character_moments", Characters),
    ("unfollow_character", TakenBack),
    ("unhide_character", TakenBack),
    ("remove_reaction", TakenBack),
    ("update_character", Makers),
    ("delete_character", Makers),
    ("set_avatar", Makers),
    ("get_route", Makers),
    ("set_route", Makers),
    ("remove_route", Makers),
    ("check_route", Makers),
    ("set_route_image", Makers),
    ("remove_route_image", Makers),
    ("remove_avatar", Makers),
    ("export_character", Makers),
    ("post_character_moment", Makers),
    ("get_character_posting", Makers),
    ("set_character_posting", Makers),
    ("get_moment", Owners),
    ("update_moment", Owners),
    ("delete_moment", Owners),
    ("like_moment", Owners),
    ("unlike_moment", Owners),
    ("page_moment_likes", Owners),
    ("page_comments", Owners),
    ("post_comment", Owners),
    ("delete_comment", Owners),
    ("get_memory", Rememberers),
    ("change_memory", Rememberers),
    ("forget_memory", Rememberers),
    ("get_session", Members),
    ("export_session", Members),
    ("get_remembering", Members),
    ("get_history", Members),
    ("get_message", Members),
    ("list_revisions", Members),
    ("page_events", Members),
    ("get_trace", Members),
    ("send_message", Members),
    ("update_membership", Members),
    ("mark_read", Members),
    ("ask_to_speak", Members),
    ("stop_reply", Members),
    ("update_session", Keepers),
    ("delete_session", Keepers),
    ("update_group", Keepers),
    ("set_leaf", Keepers),
    ("edit_message", Keepers),
    ("delete_message", Keepers),
    ("regenerate_reply", Members),
    ("invite_member", Keepers),
    ("remove_member", Keepers),
    ("get_scene", Members),
    ("begin_scene", Members),
    ("leave_scene", Members),
    ("take_choice", Members),
    ("set_member_role", Keepers),
    ("add_group_character", Keepers),
    ("remove_group_character", Keepers),
    ("join_group", Invited),
    ("create_session", Naming),
    ("import_sessions", Naming),
    ("create_group", Naming),
    ("open_direct_session", Naming),
    ("send_report", Naming),
];

pub(crate) fn whose(operation: &Operation) -> Whose {
    let row = TABLE.iter().find(|(name, _)| *name == operation.id);
    row.unwrap_or_else(|| panic!("{} stands in no row: say whose it is", operation.id)).1
}

/// What the table says of a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It is there.
    There,
    /// It is there, and not theirs to do.
    Forbidden,
    /// There is no such thing.
    Nowhere,
    /// Sign in first.
    SignIn,
    /// Told elsewhere.
    Elsewhere,
}

/// Whom a character is there for.
pub(crate) fn may_meet(kind: Kind, things: &Things, character: &str) -> bool {
    kind.is_owner()
        || !kind.is_apart() && (character == things.public || (character == things.mature && kind == Kind::Grown))
}

pub(crate) fn says(whose: Whose, kind: Kind, at: At, things: &Things, character: &str) -> Says {
    let there = |is: bool| if is { Says::There } else { Says::Nowhere };
    if kind == Kind::Known(ViewerKind::SignedOut) {
        return if whose == Anybodys { Says::Elsewhere } else { Says::SignIn };
    }
    match whose {
        // The operator shows a key, which nobody here has.
        Operators => Says::SignIn,
        Moderators if kind == Kind::Known(ViewerKind::Moderator) => Says::There,
        Moderators | Admins => Says::Forbidden,
        // A block is ended by whoever made it; all else is walked in `privacy.rs`.
        Persons if kind.is_apart() => Says::Nowhere,
        Characters => there(may_meet(kind, things, character)),
        Makers | Rememberers | Owners => there(kind.is_owner()),
        Members | Keepers | Whose::Invited if at == At::Alone => there(kind.is_owner()),
        Members => there(kind.is_owner() || kind == Kind::Member),
        Keepers if kind == Kind::Member => Says::Forbidden,
        Keepers => there(kind.is_owner()),
        Whose::Invited => there(kind.is_owner() || matches!(kind, Kind::Member | Kind::Invited)),
        Anybodys | Callers | Persons | TakenBack | Naming => Says::Elsewhere,
    }
}
