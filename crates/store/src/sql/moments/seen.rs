//! Moments as somebody sees them: read with how the viewer stands to each author, by which `domain::privacy` decides.

use std::collections::HashMap;

use domain::chats::Author;
use domain::ids::{CharacterId, MediaId, MomentId, UserId};
use domain::media::ImageSize;
use domain::moments::{AuthorFace, Moment, MomentImage, MomentVisibility, SeenMoment};
use domain::privacy::{CharacterViewer, Onlooker, sees_moment};
use domain::profiles::SeenPerson;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use time::Date;
use uuid::Uuid;

use super::super::seen::{COLUMNS, JOINED, person};
use super::super::{characters, query, rows};
use crate::StoreResult;

/// What is read of a moment `m`, whoever's it is. The viewer is `$1`.
const MOMENT: &str = "m.id AS moment_id, m.text, m.visibility, m.characters_may_comment, m.likes, m.comments,
    m.created_at AS posted_at, m.edited_at,
    EXISTS (SELECT 1 FROM moment_likes l WHERE l.moment_id = m.id AND l.person_id = $1) AS liked";

/// What is read of a character `c` beside what she posts or says, and how the viewer, who is `$1`, stands to her.
pub(in crate::sql) fn of_character() -> String {
    format!(
        "c.id AS character_id, c.name, c.avatar_id AS character_avatar, c.owner_id, NOT c.deleted AS there,
        COALESCE(({}), FALSE) AS shown,
        EXISTS (SELECT 1 FROM character_follows w WHERE w.character_id = c.id AND w.follower_id = $1) AS follows,
        EXISTS (SELECT 1 FROM friendships f WHERE f.user_id = $1 AND f.friend_id = c.owner_id) AS friend,
        EXISTS (SELECT 1 FROM character_regards h WHERE h.person_id = $1 AND h.character_id = c.id AND h.hidden) AS put_away",
        characters::visible("$1")
    )
}

/// A character of a row with [`of_character`].
pub(in crate::sql) struct SeenCharacter {
    pub(in crate::sql) face: AuthorFace,
    pub(in crate::sql) viewer: CharacterViewer,
    /// The viewer wants her in no list.
    pub(in crate::sql) put_away: bool,
}

pub(in crate::sql) fn character(row: &QueryResult, viewer: UserId) -> StoreResult<SeenCharacter> {
    let owner: Option<Uuid> = row.try_get("", "owner_id")?;
    let there: bool = row.try_get("", "there")?;
    Ok(SeenCharacter {
        face: AuthorFace {
            author: Author::Character(CharacterId(row.try_get("", "character_id")?)),
            handle: None,
            name: row.try_get("", "name")?,
            avatar: row.try_get::<Option<Uuid>>("", "character_avatar")?.map(MediaId),
            person: owner.map(UserId),
        },
        viewer: CharacterViewer {
            maker: there && owner == Some(viewer.0),
            shown: row.try_get("", "shown")?,
            follows: row.try_get("", "follows")?,
            friend: row.try_get("", "friend")?,
        },
        put_away: row.try_get("", "put_away")?,
    })
}

/// How a person is shown beside what they post or say.
pub(in crate::sql) fn face_of(person: &SeenPerson) -> AuthorFace {
    let profile = &person.profile;
    AuthorFace {
        author: Author::Person(profile.user),
        handle: Some(profile.handle.clone()),
        name: profile.display_name.clone(),
        avatar: profile.avatar,
        person: Some(profile.user),
    }
}

/// A moment that the viewer sees, and whether they want its author in no list.
pub(super) struct Found {
    pub(super) seen: SeenMoment,
    pub(super) shunned: bool,
}

/// Those of these moments that the viewer sees, the newest first. Asks as often for many as for one.
pub(super) async fn of_ids<C: ConnectionTrait>(
    conn: &C,
    viewer: UserId,
    ids: &[Uuid],
    today: Date,
) -> StoreResult<Vec<Found>> {
    let mut found = Vec::with_capacity(ids.len());
    let mut left = ids.to_vec();
    for list in query::lists(ids) {
        let sql = format!(
            "SELECT {COLUMNS}, {MOMENT} FROM moments m JOIN profiles p ON p.user_id = m.person_id {JOINED} WHERE m.id IN ({})",
            query::places(2, list.len())
        );
        for row in query::rows(conn, sql, std::iter::once(viewer.0.into()).chain(list)).await? {
            let by = person(&row, today)?;
            let seen = moment(&row, face_of(&by), by.relation.me)?;
            left.retain(|id| *id != seen.moment.id.0);
            if sees_moment(&by.onlooker(), seen.moment.visibility) {
                found.push(Found { seen, shunned: by.relation.mutes });
            }
        }
    }
    for list in query::lists(&left) {
        let sql = format!(
            "SELECT {}, {MOMENT} FROM moments m JOIN characters c ON c.id = m.character_id WHERE m.id IN ({})",
            of_character(),
            query::places(2, list.len())
        );
        for row in query::rows(conn, sql, std::iter::once(viewer.0.into()).chain(list)).await? {
            let by = character(&row, viewer)?;
            let seen = moment(&row, by.face, by.viewer.maker)?;
            if sees_moment(&Onlooker::OfCharacter(by.viewer), seen.moment.visibility) {
                found.push(Found { seen, shunned: by.put_away && !by.viewer.maker });
            }
        }
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.seen.moment.id));
    show_images(conn, &mut found).await?;
    Ok(found)
}

fn moment(row: &QueryResult, by: AuthorFace, mine: bool) -> StoreResult<SeenMoment> {
    Ok(SeenMoment {
        moment: Moment {
            id: MomentId(row.try_get("", "moment_id")?),
            author: by.author,
            text: row.try_get("", "text")?,
            images: Vec::new(),
            visibility: rows::closed(&row.try_get::<String>("", "visibility")?)?,
            characters_may_comment: row.try_get("", "characters_may_comment")?,
            likes: rows::number(row.try_get("", "likes")?)?,
            comments: rows::number(row.try_get("", "comments")?)?,
            created_at: rows::time(row.try_get("", "posted_at")?)?,
            edited_at: row.try_get::<Option<i64>>("", "edited_at")?.map(rows::time).transpose()?,
        },
        by,
        mine,
        liked: row.try_get("", "liked")?,
    })
}

async fn show_images<C: ConnectionTrait>(conn: &C, found: &mut [Found]) -> StoreResult<()> {
    let ids: Vec<Uuid> = found.iter().map(|found| found.seen.moment.id.0).collect();
    let mut images: HashMap<Uuid, Vec<MomentImage>> = HashMap::new();
    for list in query::lists(&ids) {
        let sql = format!(
            "SELECT media_id, moment_id, width, height FROM uploads WHERE moment_id IN ({}) ORDER BY moment_id, place",
            query::places(1, list.len())
        );
        for row in query::rows(conn, sql, list).await? {
            let size = ImageSize {
                width: rows::number(row.try_get("", "width")?)?,
                height: rows::number(row.try_get("", "height")?)?,
            };
            let image = MomentImage { id: MediaId(row.try_get("", "media_id")?), size };
            images.entry(row.try_get("", "moment_id")?).or_default().push(image);
        }
    }
    for found in found {
        found.seen.moment.images = images.remove(&found.seen.moment.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One moment, if the viewer sees it.
pub(in crate::sql) async fn find<C: ConnectionTrait>(
    conn: &C,
    viewer: UserId,
    id: MomentId,
    today: Date,
) -> StoreResult<Option<SeenMoment>> {
    Ok(of_ids(conn, viewer, &[id.0], today).await?.pop().map(|found| found.seen))
}

/// What the viewer sees of the moments of an author, by their visibility. Nothing of one who is not there.
pub(super) async fn shown<C: ConnectionTrait>(
    conn: &C,
    viewer: UserId,
    author: Author,
    today: Date,
) -> StoreResult<Vec<MomentVisibility>> {
    let values: [Value; 2] = [viewer.0.into(), author.uuid().into()];
    let onlooker = match author {
        Author::Person(_) => {
            let sql = format!("SELECT {COLUMNS} FROM profiles p {JOINED} WHERE p.user_id = $2");
            let row = query::row(conn, sql, values).await?;
            row.map(|row| Ok::<_, crate::StoreError>(person(&row, today)?.onlooker())).transpose()?
        }
        Author::Character(_) => {
            let sql = format!("SELECT {} FROM characters c WHERE c.id = $2", of_character());
            let row = query::row(conn, sql, values).await?;
            let viewer = row.map(|row| character(&row, viewer).map(|seen| seen.viewer)).transpose()?;
            viewer.map(Onlooker::OfCharacter)
        }
    };
    let all = <MomentVisibility as domain::ClosedSet>::ALL.iter().copied();
    Ok(all.filter(|visibility| onlooker.is_some_and(|onlooker| sees_moment(&onlooker, *visibility))).collect())
}
