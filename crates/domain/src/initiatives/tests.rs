use super::*;
use time::macros::{date, datetime};
use uuid::Uuid;

const NOON: OffsetDateTime = datetime!(2026-06-10 12:00 +9);

fn on() -> InitiativeSettings {
    InitiativeSettings { enabled: true, ..InitiativeSettings::default() }
}

fn facts(settings: &InitiativeSettings) -> Facts<'_> {
    Facts {
        settings,
        is_adult: true,
        is_welcome: true,
        now: NOON,
        is_quiet: false,
        doing: Some(Activity::Free),
        met_at: datetime!(2026-06-02 12:00 UTC),
        last_said_at: Some(NOON - Duration::days(5)),
        heard_at: Some(NOON - Duration::days(5) - Duration::MINUTE),
        wrote_at: &[],
        taken: &[],
        said: &[],
        seed: 7,
    }
}

#[test]
fn after_some_days_a_thought_comes_once() {
    let on = on();
    let cue = initiative(facts(&on)).unwrap();
    assert_eq!(cue.reason, InitiativeReason::Thought);
    // The same silence is the same slot, whenever it is looked at.
    let later = initiative(Facts { now: NOON + Duration::HOUR, ..facts(&on) }).unwrap();
    assert_eq!(later.slot, cue.slot);
    let taken = [cue.slot.clone()];
    assert_eq!(initiative(Facts { taken: &taken, ..facts(&on) }), Err(Hold::NoReason));
    let told = cue.told("Rin", "Aya");
    assert!(told.contains("Rin writes first") && !told.contains('{'), "{told}");
}

#[test]
fn whatever_holds_her_back_is_named() {
    let (on, off) = (on(), InitiativeSettings::default());
    let base = facts(&on);
    let wrote = [NOON - Duration::hours(20)];
    let week: Vec<OffsetDateTime> = (2..5).map(|days| NOON - Duration::days(days)).collect();
    let answered =
        Facts { heard_at: Some(NOON - Duration::hours(7)), last_said_at: Some(NOON - Duration::hours(7)), ..base };
    for (facts, hold) in [
        (Facts { settings: &off, ..base }, Hold::Off),
        (Facts { is_adult: false, ..base }, Hold::NotAdult),
        (Facts { is_welcome: false, ..base }, Hold::Unwelcome),
        (Facts { heard_at: None, ..base }, Hold::NotMet),
        (Facts { wrote_at: &wrote, ..base }, Hold::Unanswered),
        (Facts { last_said_at: Some(NOON - Duration::hours(5)), ..base }, Hold::Talking),
        (Facts { wrote_at: &wrote, ..answered }, Hold::Capped),
        (Facts { wrote_at: &week, ..answered }, Hold::Capped),
        (Facts { is_quiet: true, ..base }, Hold::Quiet),
        (Facts { now: datetime!(2026-06-10 08:59 +9), ..base }, Hold::Quiet),
        (Facts { now: datetime!(2026-06-10 21:00 +9), ..base }, Hold::Quiet),
        (Facts { doing: Some(Activity::Sleeping), ..base }, Hold::Asleep),
        (answered, Hold::NoReason),
    ] {
        assert_eq!(initiative(facts), Err(hold));
    }
}

#[test]
fn only_reasons_that_are_wanted_count() {
    let promise = InitiativeSettings { reasons: [InitiativeReason::Promise].into(), ..on() };
    assert_eq!(initiative(facts(&promise)), Err(Hold::NoReason));
    for settings in [
        InitiativeSettings { per_day: 0, ..on() },
        InitiativeSettings { per_day: 4, ..on() },
        InitiativeSettings { per_week: 15, ..on() },
        InitiativeSettings { reasons: BTreeSet::new(), ..on() },
    ] {
        assert!(settings.checked().is_err());
    }
    assert!(InitiativeSettings { reasons: BTreeSet::new(), ..InitiativeSettings::default() }.checked().is_ok());
}

#[test]
fn the_day_they_met_comes_round_by_the_clocks_of_the_person() {
    let on = on();
    // Half past three in the afternoon in UTC is the next day in Tokyo.
    let met_at = datetime!(2026-05-09 15:30 UTC);
    let cue = initiative(Facts { met_at, ..facts(&on) }).unwrap();
    assert_eq!((cue.reason, cue.slot.as_str()), (InitiativeReason::Anniversary, "anniversary:2026-06-10"));
    for (day, today, months) in [
        (date!(2024 - 02 - 29), date!(2025 - 02 - 28), Some(12)),
        (date!(2024 - 02 - 29), date!(2028 - 02 - 29), Some(48)),
        (date!(2026 - 01 - 31), date!(2026 - 04 - 30), Some(3)),
        (date!(2026 - 01 - 31), date!(2026 - 03 - 30), None),
        (date!(2026 - 01 - 15), date!(2026 - 01 - 15), Some(0)),
    ] {
        assert_eq!(months_since(day, today), months, "{day} {today}");
    }
}

#[test]
fn what_somebody_spoke_of_is_remembered_on_its_day() {
    let on = on();
    let told = Told { id: MessageId(Uuid::from_u128(9)), at: NOON - Duration::days(5), text: "My exam is in 5 days." };
    let said = [told];
    let cue = initiative(Facts { said: &said, ..facts(&on) }).unwrap();
    assert_eq!(cue.reason, InitiativeReason::Promise);
    assert!(cue.about.contains("My exam is in 5 days.") && cue.about.ends_with("today"), "{}", cue.about);
    // They talked on the day: she has heard of it.
    let since = Facts { said: &said, last_said_at: Some(NOON - Duration::hours(7)), ..facts(&on) };
    assert_eq!(initiative(since), Err(Hold::NoReason));
}

/// A month of days, looked at as the server does: never more than may be, never at night, and no second one without an answer.
#[test]
fn a_month_of_days_keeps_every_promise() {
    for (seed, answers) in [(1, true), (2, true), (3, false), (u128::MAX, true)] {
        let settings = InitiativeSettings { per_week: 2, ..on() };
        let mut now = NOON;
        let (mut heard, mut wrote): (OffsetDateTime, Vec<OffsetDateTime>) = (NOON - Duration::HOUR, Vec::new());
        let mut slots = BTreeSet::new();
        let mut said_at = heard;
        while now < NOON + Duration::days(31) {
            let looked = initiative(Facts {
                now,
                last_said_at: Some(said_at),
                heard_at: Some(heard),
                wrote_at: &wrote,
                seed,
                ..facts(&settings)
            });
            if let Ok(cue) = &looked {
                assert!(DAYTIME.contains(&now.hour()), "{now}");
                assert!(slots.insert(cue.slot.clone()), "{}", cue.slot);
                wrote.push(now);
                said_at = now;
                if answers {
                    heard = now + Duration::hours(2);
                    said_at = heard;
                }
            }
            let next = next_look(seed, now, looked.err());
            assert!(next > now && next - now <= Duration::hours(7));
            now = next;
        }
        let most = |days: i64| {
            let within = |from: &OffsetDateTime| {
                wrote.iter().filter(|at| **at >= *from && **at - *from < Duration::days(days)).count()
            };
            wrote.iter().map(within).max().unwrap_or_default()
        };
        assert!(most(1) <= 1 && most(7) <= 2, "{wrote:?}");
        assert_eq!(wrote.len() > 3, answers, "{wrote:?}");
        assert!(answers || wrote.len() == 1, "{wrote:?}");
    }
}

#[test]
fn words_that_press_are_not_sent() {
    assert_eq!(first_words("Rin: \"The sea was silver today.\"", "Rin").unwrap(), "The sea was silver today.");
    assert_eq!(first_words("  ", "Rin"), Err(Unfit::Empty));
    assert_eq!(first_words("Please answer me, I have been waiting all night.", "Rin"), Err(Unfit::Presses));
    assert!(first_words(&"word ".repeat(500), "Rin").unwrap().chars().count() <= WORDS);
}
