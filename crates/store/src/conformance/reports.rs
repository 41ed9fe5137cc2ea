//! The suite of `ReportStore`.

use domain::accounts::{Disabled, User, UserRole};
use domain::audit::{Actor, AuditAction, AuditEntry, AuditFilter};
use domain::characters::CharacterFilter;
use domain::ids::{CaseId, ReportId, UserId};
use domain::pages::PageRequest;
use domain::reports::{CLAIM_LASTS, CaseAction, CaseState, NewReport, ReportReason, Reported, ReportedKind};
use time::OffsetDateTime;

use super::chats::join_all;
use super::making::Making;
use super::people::entry;
use crate::reports::{CaseFilter, Decision};
use crate::{Conflict, StoreError, Stores};

fn report(making: &Making<'_>, reporter: UserId, target: Reported) -> NewReport {
    NewReport {
        id: ReportId(making.uuid()),
        case: CaseId(making.uuid()),
        reporter,
        target,
        character: None,
        person: None,
        reason: ReportReason::Spam,
        note: "look 👀".into(),
        at: making.now(),
    }
}

/// The same, said anew.
fn renewed(making: &Making<'_>, report: &NewReport) -> NewReport {
    NewReport { id: ReportId(making.uuid()), case: CaseId(making.uuid()), at: making.now(), ..report.clone() }
}

fn decision(by: UserId, action: CaseAction, at: OffsetDateTime) -> Decision {
    let disabled = (action == CaseAction::DisablePerson).then(|| Disabled { at, reason: "a case".into() });
    Decision { by, over_claims: false, action, disabled, at }
}

async fn actions(stores: &Stores, actor: UserId) -> Vec<AuditAction> {
    let filter = AuditFilter { user: Some(actor), action: None };
    let page = PageRequest { cursor: None, limit: 100 };
    let log = stores.audit.page_audit(&filter, &page).await.unwrap();
    log.items.iter().map(|entry| entry.action).collect()
}

fn told(making: &Making<'_>, by: UserId, actions: &[AuditAction], target: UserId) -> Vec<AuditEntry> {
    actions.iter().map(|action| entry(making, Actor::User(by), *action, target)).collect()
}

/// Runs the suite.
pub async fn reports(stores: &Stores) {
    let making = Making::new(stores);
    filing(stores, &making).await;
    claiming(stores, &making).await;
    hiding(stores, &making).await;
    disabling(stores, &making).await;
    pages(stores, &making).await;
}

async fn filing(stores: &Stores, making: &Making<'_>) {
    let target = making.user().await.id;
    let (one, two) = (making.user().await.id, making.user().await.id);
    let mut reports =
        vec![report(making, one, Reported::Person(target)), report(making, two, Reported::Person(target))];
    reports[1].reason = ReportReason::Harassment;
    // At once, and each twice: one case, two reports.
    let filed = join_all(reports.iter().chain(&reports).cloned().map(|report| {
        let stores = stores.clone();
        tokio::spawn(async move { stores.reports.file_report(&report).await })
    }))
    .await;
    let filed: Vec<_> = filed.into_iter().map(|filed| filed.unwrap().unwrap()).collect();
    assert_eq!(filed.iter().filter(|filed| !filed.repeated).count(), 2);
    assert!(filed.iter().all(|one| one.case == filed[0].case));
    assert_eq!((filed[0].id, filed[1].id), (filed[2].id, filed[3].id));
    // The same reporter once more, with another report.
    let again = stores.reports.file_report(&report(making, one, Reported::Person(target))).await.unwrap();
    assert_eq!((again.repeated, again.id), (true, filed[0].id));
    let (case, shown) = stores.reports.find_case(filed[0].case).await.unwrap().unwrap();
    assert_eq!((case.reports, case.state, case.target), (2, CaseState::Open, Reported::Person(target)));
    assert_eq!((shown.len(), shown[0].note.as_str()), (2, "look 👀"));
    // Whoever goes takes their words with them; what they reported stays reported.
    stores.accounts.delete_user(one, making.now()).await.unwrap();
    let (case, shown) = stores.reports.find_case(filed[0].case).await.unwrap().unwrap();
    let gone = shown.iter().find(|report| report.reporter.is_none()).unwrap();
    assert_eq!((case.reports, gone.note.as_str()), (2, ""));
    assert_eq!(stores.reports.find_case(CaseId(making.uuid())).await.unwrap(), None);
    filed_at_once(stores, making).await;
}

/// A request that is sent again and again because nobody answers, and a finger that taps twenty times: one report.
async fn filed_at_once(stores: &Stores, making: &Making<'_>) {
    let (target, reporter) = (making.user().await.id, making.user().await.id);
    let same = report(making, reporter, Reported::Person(target));
    let anew = report(making, reporter, Reported::Character(making.new_character(None).id));
    let tapped: Vec<NewReport> = (0..20).map(|_| renewed(making, &anew)).collect();
    for reports in [vec![same; 20], tapped] {
        let filed = join_all(reports.into_iter().map(|report| {
            let stores = stores.clone();
            tokio::spawn(async move { stores.reports.file_report(&report).await })
        }))
        .await;
        let filed: Vec<_> = filed.into_iter().map(|filed| filed.unwrap().unwrap()).collect();
        assert_eq!(filed.iter().filter(|filed| !filed.repeated).count(), 1, "{filed:?}");
        assert!(filed.iter().all(|one| (one.id, one.case) == (filed[0].id, filed[0].case)), "{filed:?}");
        assert_eq!(stores.reports.find_case(filed[0].case).await.unwrap().unwrap().0.reports, 1);
    }
}

async fn claiming(stores: &Stores, making: &Making<'_>) {
    let (target, reporter) = (making.user().await.id, making.user().await.id);
    let (mod_one, mod_two) = (making.user().await.id, making.user().await.id);
    let filed = stores.reports.file_report(&report(making, reporter, Reported::Person(target))).await.unwrap();
    let claimed = |by| entry(making, Actor::User(by), AuditAction::CaseClaimed, by);
    let first = claimed(mod_one);
    let case = stores.reports.claim_case(filed.case, mod_one, false, &first).await.unwrap();
    assert_eq!((case.state, case.claim.map(|claim| claim.by)), (CaseState::Claimed, Some(mod_one)));
    stores.reports.claim_case(filed.case, mod_one, false, &claimed(mod_one)).await.unwrap();
    assert_eq!(actions(stores, mod_one).await, [AuditAction::CaseClaimed], "once more is no news");
    let claim = Err(StoreError::Conflict(Conflict::CaseClaimed));
    assert_eq!(stores.reports.claim_case(filed.case, mod_two, false, &claimed(mod_two)).await, claim);
    let dismissed = decision(mod_two, CaseAction::Dismiss, making.now());
    let entries = told(making, mod_two, &[AuditAction::CaseResolved], mod_two);
    let refused = stores.reports.resolve_case(filed.case, &dismissed, &entries).await;
    assert_eq!(refused.map(|_| ()), Err(StoreError::Conflict(Conflict::CaseClaimed)));
    assert_eq!(actions(stores, mod_two).await, []);
    // A claim that was left lying is anybody's; and admins do not wait.
    let admin = making.user().await.id;
    let over = stores.reports.claim_case(filed.case, admin, true, &claimed(admin)).await.unwrap();
    assert_eq!(over.claim.map(|claim| claim.by), Some(admin));
    let back = stores.reports.claim_case(filed.case, mod_one, true, &claimed(mod_one)).await.unwrap();
    assert_eq!(back.claim.map(|claim| claim.by), Some(mod_one));
    let late = AuditEntry { at: back.claim.unwrap().at + CLAIM_LASTS, ..claimed(mod_two) };
    let case = stores.reports.claim_case(filed.case, mod_two, false, &late).await.unwrap();
    assert_eq!(case.claim.map(|claim| claim.by), Some(mod_two));
    let over = Decision { over_claims: true, ..decision(mod_one, CaseAction::Dismiss, making.now()) };
    let entries = told(making, mod_one, &[AuditAction::CaseResolved], mod_one);
    let case = stores.reports.resolve_case(filed.case, &over, &entries).await.unwrap().case;
    assert_eq!((case.state, case.outcome.map(|(action, _)| action)), (CaseState::Resolved, Some(CaseAction::Dismiss)));
    assert_eq!(case.claim.map(|claim| claim.by), Some(mod_one));
    let resolved = Err(StoreError::Conflict(Conflict::CaseResolved));
    assert_eq!(stores.reports.claim_case(filed.case, mod_one, true, &claimed(mod_one)).await, resolved);
    let twice = stores.reports.resolve_case(filed.case, &over, &entries).await.map(|decided| decided.case);
    assert_eq!(twice, resolved);
    // What is reported after that is another case.
    let anew = stores.reports.file_report(&report(making, reporter, Reported::Person(target))).await.unwrap();
    assert!(!anew.repeated && anew.case != filed.case);
    // Of two who decide at once, one does.
    let (one, two) =
        (decision(mod_one, CaseAction::Dismiss, making.now()), decision(mod_two, CaseAction::Dismiss, making.now()));
    let (told_one, told_two) = (
        told(making, mod_one, &[AuditAction::CaseResolved], mod_one),
        told(making, mod_two, &[AuditAction::CaseResolved], mod_two),
    );
    let (a, b) = tokio::join!(
        stores.reports.resolve_case(anew.case, &one, &told_one),
        stores.reports.resolve_case(anew.case, &two, &told_two)
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

async fn hiding(stores: &Stores, making: &Making<'_>) {
    let (maker, reporter, by) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let mut rin = making.new_character(Some(maker));
    rin.profile.name = format!("Rin{}", rin.id);
    stores.characters.create_character(&rin, None).await.unwrap();
    let found_by_name = CharacterFilter { search: Some(rin.profile.name.clone()), ..CharacterFilter::default() };
    let met = making.new_session(reporter, rin.id);
    stores.sessions.create_session(&met, &[]).await.unwrap();
    let new = NewReport {
        character: Some(rin.id),
        person: Some(maker),
        ..report(making, reporter, Reported::Character(rin.id))
    };
    let filed = stores.reports.file_report(&new).await.unwrap();
    let both = [AuditAction::CaseResolved, AuditAction::CharacterHidden];
    let entries = told(making, by, &both, maker);
    let hide = decision(by, CaseAction::HideCharacter, making.now());
    let decided = stores.reports.resolve_case(filed.case, &hide, &entries).await.unwrap();
    assert_eq!((decided.case.character_name, decided.ended), (Some(rin.profile.name.clone()), vec![]));
    let mut written = actions(stores, by).await;
    written.sort_unstable();
    assert_eq!(written, both);
    // Her maker sees her, who has a chat with her goes on, and nobody new meets her.
    let stranger = making.user().await.id;
    for (viewer, sees, finds) in [(maker, true, true), (reporter, true, false), (stranger, false, false)] {
        assert_eq!(stores.characters.find_character(viewer, rin.id).await.unwrap().is_some(), sees);
        let page = PageRequest { cursor: None, limit: 100 };
        let found = stores.characters.page_characters(viewer, &found_by_name, &page).await.unwrap();
        assert_eq!(found.items.iter().any(|character| character.id == rin.id), finds);
    }
    let follow = stores.follows.set_character_follow(stranger, rin.id, true, making.now()).await;
    assert_eq!(follow, Err(StoreError::NotFound));
    // Her maker cannot undo it by changing her.
    stores.characters.update_character(maker, rin.id, &rin.profile, making.now()).await.unwrap();
    assert_eq!(stores.characters.find_character(stranger, rin.id).await.unwrap(), None);
    let restored = entry(making, Actor::User(by), AuditAction::CharacterRestored, maker);
    stores.reports.restore_character(rin.id, &restored).await.unwrap();
    assert!(stores.characters.find_character(stranger, rin.id).await.unwrap().is_some());
    let again = entry(making, Actor::User(by), AuditAction::CharacterRestored, maker);
    assert_eq!(stores.reports.restore_character(rin.id, &again).await, Err(StoreError::NotFound));
    assert_eq!(actions(stores, by).await.len(), 3);
    // What is gone cannot be hidden, and the case waits on.
    let filed = stores.reports.file_report(&renewed(making, &new)).await.unwrap();
    stores.characters.delete_character(maker, rin.id, making.now()).await.unwrap();
    let refused = stores.reports.resolve_case(filed.case, &hide, &told(making, by, &both, maker)).await;
    assert_eq!(refused.map(|_| ()), Err(StoreError::NotFound));
    assert_eq!(stores.reports.find_case(filed.case).await.unwrap().unwrap().0.state, CaseState::Open);
}

async fn disabling(stores: &Stores, making: &Making<'_>) {
    let (target, reporter, by): (User, _, _) = (making.user().await, making.user().await.id, making.user().await.id);
    let device = making.new_device(target.id);
    stores.devices.open_device(&device, making.token()).await.unwrap();
    let new = NewReport { person: Some(target.id), ..report(making, reporter, Reported::Person(target.id)) };
    let filed = stores.reports.file_report(&new).await.unwrap();
    let both = [AuditAction::CaseResolved, AuditAction::AccountDisabled];
    let disable = decision(by, CaseAction::DisablePerson, making.now());
    let decided = stores.reports.resolve_case(filed.case, &disable, &told(making, by, &both, target.id)).await.unwrap();
    assert_eq!(decided.ended, [device.id]);
    assert_eq!(decided.case.person_name, Some(target.username));
    assert!(stores.accounts.find_user(target.id).await.unwrap().unwrap().disabled.is_some());
    assert_eq!(actions(stores, by).await.len(), 2);
    // Who is out already is no second news; that the case was decided is.
    let filed = stores.reports.file_report(&renewed(making, &new)).await.unwrap();
    stores.reports.resolve_case(filed.case, &disable, &told(making, by, &both, target.id)).await.unwrap();
    assert_eq!(actions(stores, by).await.len(), 3);
    assert_eq!(stores.accounts.find_user(target.id).await.unwrap().unwrap().role, UserRole::Member);
}

async fn pages(stores: &Stores, making: &Making<'_>) {
    let reporter = making.user().await.id;
    let mut mine = Vec::new();
    for n in 0..4 {
        let chat = making.chat(1).await;
        let target = if n % 2 == 0 {
            Reported::Character(chat.scope().character)
        } else {
            Reported::Message(chat.greetings[0].id)
        };
        mine.push(stores.reports.file_report(&report(making, reporter, target)).await.unwrap().case);
    }
    let met = async |filter: CaseFilter| {
        let (mut met, mut cursor, mut last) = (Vec::new(), None, None);
        loop {
            let page = stores.reports.page_cases(filter, &PageRequest { cursor, limit: 3 }).await.unwrap();
            for case in page.items {
                let waits = matches!(filter.state, Some(CaseState::Open | CaseState::Claimed));
                let before = |last: OffsetDateTime| if waits { last <= case.opened_at } else { last >= case.opened_at };
                assert!(last.is_none_or(before));
                last = Some(case.opened_at);
                met.extend(mine.contains(&case.id).then_some(case.id));
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return met;
            }
        }
    };
    let open = CaseFilter { state: Some(CaseState::Open), kind: None };
    assert_eq!(met(open).await, mine, "the oldest first");
    assert_eq!(met(CaseFilter::default()).await, mine.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(met(CaseFilter { kind: Some(ReportedKind::Message), ..open }).await, [mine[1], mine[3]]);
    assert_eq!(met(CaseFilter { state: Some(CaseState::Resolved), kind: None }).await, []);
    let nonsense = PageRequest { cursor: Some("x".into()), limit: 3 };
    assert_eq!(stores.reports.page_cases(open, &nonsense).await.unwrap_err(), StoreError::InvalidCursor);
}
