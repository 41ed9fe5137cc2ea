//! The stories that characters of an archive carry, with the images of their pictures.

use std::collections::BTreeMap;

use domain::bonds::BondRules;
use domain::ids::CharacterId;
use domain::limits;
use domain::routes::{Route, is_key};

use super::Coming;
use super::images::Form;
use crate::ServiceResult;
use crate::takeout::Takeout;
use crate::takeout::records::{CharacterRecord, PICTURES};

/// What an archive says of the story of a character.
pub(super) struct Story {
    bond: Option<BondRules>,
    route: Option<Route>,
    pictures: BTreeMap<String, String>,
}

impl Story {
    /// Takes it out of the record of the character.
    pub(super) fn of(record: &mut CharacterRecord) -> Self {
        let (route, pictures) = (record.route.take(), std::mem::take(&mut record.pictures));
        Self { bond: record.bond.clone(), route, pictures }
    }
}

impl Takeout {
    /// Keeps the story of a character who came, where she has none. Its images come first: where the story is, all of it is.
    pub(super) async fn take_route(
        &self,
        coming: &mut Coming,
        folder: &str,
        character: CharacterId,
        story: Story,
    ) -> ServiceResult<()> {
        let has_none = story.route.is_none() && story.pictures.is_empty();
        if has_none || self.stores.routes.find_route(character).await?.is_some() {
            return Ok(());
        }
        self.take_pictures(coming, folder, character, story.pictures).await?;
        let Some(route) = story.route else { return Ok(()) };
        match route.checked(story.bond.as_ref().unwrap_or(BondRules::usual())) {
            Ok(route) => {
                let now = self.clock.now();
                Ok(self.stores.routes.keep_route(coming.person, character, Some(&route), now).await?)
            }
            Err(_) => {
                coming.leave(folder, "has a story that is not in its bounds");
                Ok(())
            }
        }
    }

    /// Keeps the images that are not here yet.
    async fn take_pictures(
        &self,
        coming: &mut Coming,
        folder: &str,
        character: CharacterId,
        pictures: BTreeMap<String, String>,
    ) -> ServiceResult<()> {
        let mut here = self.stores.routes.route_images(character).await?;
        for (key, file) in pictures.into_iter().filter(|(key, _)| is_key(key)) {
            let path = format!("{folder}{file}");
            if here.contains_key(&key) {
                continue;
            }
            if here.len() as u64 >= limits::ROUTE_IMAGES {
                coming.leave(folder, "has more images of its story than are kept");
                break;
            }
            if file.strip_prefix(PICTURES).is_none_or(|name| name.contains('/')) {
                coming.leave(&path, "is no file of a picture");
                continue;
            }
            let Some((image, _)) = self.image(coming, &path, Form::Whole).await? else { continue };
            self.stores.routes.set_route_image(coming.person, character, &key, Some(&image)).await?;
            here.insert(key, image.id);
        }
        Ok(())
    }
}
