use domain::blocks::Shunning;
use domain::friends::Asked;
use domain::limits;

use super::*;
use crate::Conflict;
use crate::conformance::Making;

/// As many people as one may follow.
const CROWD: &str = "INSERT INTO users (id, username, email, display_name, password_hash, created_at, updated_at)
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    SELECT randomblob(16), 'f' || i, 'f' || i || '@example.org', 'F', 'h', 1, 1 FROM n";

#[tokio::test]
async fn nobody_has_more_than_they_may() {
    let store = SqlStore::open_temporary().await.unwrap();
    let stores = store.stores();
    let making = Making::new(&stores);
    let (aya, ren, mio) = (making.user().await.id, making.user().await.id, making.user().await.id);
    let write = async |sql: &str, values: Vec<Value>| query::run(&store.inner.write, sql, values).await.unwrap();
    assert_eq!(write(CROWD, vec![]).await, limits::FOLLOWS);
    let profiles = "INSERT INTO profiles (user_id, handle, name_key, bio, friends, followers)
        SELECT id, username, 'f', '', 0, 0 FROM users WHERE display_name = 'F'";
    write(profiles, vec![]).await;
    let all = |table: &str, values: &str| {
        format!("INSERT INTO {table} SELECT $1, user_id, {values} FROM profiles WHERE name_key = 'f'")
    };
    write(&all("follows", "1"), vec![aya.0.into()]).await;
    write(&all("shunned", "'block', 1"), vec![aya.0.into()]).await;
    let conflict = |conflict| Err(StoreError::Conflict(conflict));
    assert_eq!(stores.follows.set_follow(aya, ren, true, making.now()).await, conflict(Conflict::TooManyFollows));
    assert_eq!(stores.blocks.shun(aya, ren, Shunning::Block, making.now()).await, conflict(Conflict::TooManyBlocks));
    assert_eq!(
        stores.blocks.shun(aya, ren, Shunning::Mute, making.now()).await,
        Ok(true),
        "each has a bound of its own"
    );
    // Of two friends neither may have one too many, whoever says yes.
    let full = i64::try_from(limits::FRIENDS).unwrap();
    write("UPDATE profiles SET friends = $1 WHERE user_id = $2", vec![full.into(), ren.0.into()]).await;
    stores.friends.ask_friend(mio, ren, making.now()).await.unwrap();
    let too_many = Err(StoreError::Conflict(Conflict::TooManyFriends));
    assert_eq!(stores.friends.accept_friend(ren, mio, making.now()).await, too_many);
    assert_eq!(stores.friends.ask_friend(ren, mio, making.now()).await, too_many);
    write("UPDATE profiles SET friends = friends - 1 WHERE user_id = $1", vec![ren.0.into()]).await;
    assert_eq!(stores.friends.accept_friend(ren, mio, making.now()).await, Ok(Asked::Friends));
}

/// An account that an older version makes while both serve has no profile yet.
#[tokio::test]
async fn who_was_made_by_an_older_version_gets_a_profile_when_they_need_one() {
    let store = SqlStore::open_temporary().await.unwrap();
    let stores = store.stores();
    let making = Making::new(&stores);
    let (aya, ren) = (making.user().await, making.user().await);
    let write = async |sql: &str, id: UserId| query::run(&store.inner.write, sql, [id.0.into()]).await.unwrap();
    for user in [&aya, &ren] {
        write("DELETE FROM profiles WHERE user_id = $1", user.id).await;
    }
    let today = time::macros::date!(2026 - 04 - 06);
    // Whoever has none is not there for others, until they look.
    assert_eq!(stores.friends.ask_friend(ren.id, aya.id, making.now()).await, Err(StoreError::NotFound));
    let opened = stores.profiles.open_profile(aya.id, today).await.unwrap();
    assert_eq!(opened.person.profile.handle, aya.username);
    assert_eq!(stores.friends.ask_friend(ren.id, aya.id, making.now()).await, Ok(Asked::Waits));
    assert_eq!(stores.profiles.open_profile(ren.id, today).await.unwrap().person.profile.handle, ren.username);
}
