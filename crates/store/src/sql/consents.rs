//! Consents, as rows that are added and never changed.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::consents::{Consent, ConsentAct, ConsentKind, ConsentPlace};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult, Value};
use time::OffsetDateTime;

use super::{SqlStore, cursors, hold_user, query, rows};
use crate::consents::ConsentStore;
use crate::{StoreError, StoreResult};

const COLUMNS: &str = "at, kind, subject, act, version, digest";

fn consent(user: UserId, row: &QueryResult) -> StoreResult<Consent> {
    Ok(Consent {
        user,
        at: rows::time(row.try_get("", "at")?)?,
        kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
        act: rows::closed(&row.try_get::<String>("", "act")?)?,
        subject: row.try_get("", "subject")?,
        version: row.try_get("", "version")?,
        digest: row.try_get("", "digest")?,
    })
}

#[async_trait]
impl ConsentStore for SqlStore {
    async fn agree(&self, consent: &Consent) -> StoreResult<()> {
        let tx = self.begin().await?;
        // Held, so that what they do about one text is done one after the other.
        hold_user(&tx, consent.user).await?;
        let last = last(&tx, consent.user, consent.kind).await?;
        let is_same = |last: &Consent| {
            (last.act, &last.version, &last.digest) == (ConsentAct::Given, &consent.version, &consent.digest)
        };
        if !last.as_ref().is_some_and(is_same) {
            let at = after(last.as_ref(), consent.at);
            insert(&tx, &Consent { at, ..consent.clone() }).await?;
        }
        tx.commit().await
    }

    async fn withdraw(&self, user: UserId, kind: ConsentKind, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        hold_user(&tx, user).await?;
        if let Some(last) = last(&tx, user, kind).await?.filter(|last| last.act == ConsentAct::Given) {
            let at = after(Some(&last), now);
            insert(&tx, &Consent { act: ConsentAct::Withdrawn, at, ..last }).await?;
        }
        tx.commit().await
    }

    async fn standing(&self, user: UserId) -> StoreResult<Vec<Consent>> {
        let mut standing = Vec::new();
        for kind in ConsentKind::DOCUMENTS {
            standing.extend(last(self.read(), user, kind).await?);
        }
        Ok(standing)
    }

    async fn page_consents(&self, user: UserId, page: &PageRequest) -> StoreResult<Page<Consent>> {
        let place = page.cursor.as_deref().map(str::parse::<ConsentPlace>).transpose();
        let place = place.map_err(|()| StoreError::InvalidCursor)?;
        let mut values: Vec<Value> = vec![user.0.into(), (i64::from(page.limit) + 1).into()];
        let before = match &place {
            Some(place) => {
                values.extend([place.at.into(), place.kind.as_str().into(), place.subject.as_str().into()]);
                " AND (at, kind, subject) < ($3, $4, $5)"
            }
            None => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM consents WHERE user_id = $1{before}
            ORDER BY at DESC, kind DESC, subject DESC LIMIT $2"
        );
        let found = query::rows(self.read(), sql, values).await?;
        let found = found.iter().map(|row| consent(user, row)).collect::<StoreResult<Vec<_>>>()?;
        let place =
            |last: &Consent| ConsentPlace { at: rows::micros(last.at), kind: last.kind, subject: last.subject.clone() };
        let (items, next_cursor) = cursors::cut_at(found, page.limit, |last| place(last).to_string());
        Ok(Page { items, next_cursor })
    }
}

/// What somebody last did about a text.
async fn last<C: ConnectionTrait>(conn: &C, user: UserId, kind: ConsentKind) -> StoreResult<Option<Consent>> {
    let sql = format!("SELECT {COLUMNS} FROM consents WHERE user_id = $1 AND kind = $2 ORDER BY at DESC LIMIT 1");
    let row = query::row(conn, sql, [user.0.into(), kind.as_str().into()]).await?;
    row.as_ref().map(|row| consent(user, row)).transpose()
}

/// What is done later stands later, also where the clock of another node was ahead.
fn after(last: Option<&Consent>, now: OffsetDateTime) -> OffsetDateTime {
    last.map_or(now, |last| now.max(last.at + time::Duration::MICROSECOND))
}

async fn insert(tx: &DatabaseTransaction, consent: &Consent) -> StoreResult<()> {
    let sql = "INSERT INTO consents (user_id, at, kind, subject, act, version, digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let values: [Value; 7] = [
        consent.user.0.into(),
        rows::micros(consent.at).into(),
        consent.kind.as_str().into(),
        consent.subject.as_str().into(),
        consent.act.as_str().into(),
        consent.version.as_str().into(),
        consent.digest.as_str().into(),
    ];
    query::run(tx, sql, values).await.map(|_| ())
}

/// Writes down that somebody switched something, within the transaction that switches it.
pub(super) async fn note(
    tx: &DatabaseTransaction,
    user: UserId,
    kind: ConsentKind,
    subject: impl ToString + Send,
    on: bool,
    now: OffsetDateTime,
) -> StoreResult<()> {
    let consent = Consent {
        user,
        at: now,
        kind,
        act: ConsentAct::of(on),
        subject: subject.to_string(),
        version: String::new(),
        digest: String::new(),
    };
    insert(tx, &consent).await
}
