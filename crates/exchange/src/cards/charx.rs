//! CHARX: an archive with `card.json` and files beside it; RisuAI also writes a JPEG before it, and a module of its own into it.

use domain::cards::{CardNotice, CardWarning};

use super::risum::{MODULE, RisuModule};
use super::{Asset, Card};
use crate::archive::{self, Entry};
use crate::error::{ExchangeError, ExchangeResult, Fault};

const CARD: &str = "card.json";

/// The card of an archive, its module of RisuAI, and its files, the module among them.
pub(super) fn read(bytes: &[u8]) -> ExchangeResult<(Card, Option<RisuModule>, Vec<Asset>)> {
    let mut entries = archive::read(bytes)?;
    let Some(at) = entries.iter().position(|entry| entry.path == CARD) else {
        return Err(ExchangeError::new(Fault::Empty, "the archive", "has no card.json"));
    };
    let card = entries.remove(at);
    let mut card = Card::from_json(&card.bytes).map_err(|error| error.within(CARD))?;
    // One that cannot be read is no reason to refuse the card: it is kept as it is.
    let module = entries.iter().find(|entry| entry.path == MODULE).and_then(|entry| {
        RisuModule::read(&entry.bytes)
            .inspect_err(|_| card.warnings.push(CardWarning::new(CardNotice::ModuleNotRead, MODULE)))
            .ok()
    });
    let assets = entries.into_iter().map(|Entry { path, bytes }| Asset { path, bytes }).collect();
    Ok((card, module, assets))
}

/// An archive of a card and its files.
pub(super) fn write(card: &str, assets: &[Asset]) -> ExchangeResult<Vec<u8>> {
    let mut entries = vec![Entry { path: CARD.to_owned(), bytes: card.as_bytes().to_vec() }];
    for asset in assets.iter().filter(|asset| !asset.path.ends_with('/')) {
        // Of two files with one path the first counts, as for those who read them.
        if !entries.iter().any(|entry| entry.path == asset.path) {
            entries.push(Entry { path: asset.path.clone(), bytes: asset.bytes.clone() });
        }
    }
    archive::write(&entries)
}
