//! The model: what was done, what was learned from it, and how to bring the one up to date with the other.

use std::collections::BTreeMap;

use domain::ids::{CharacterId, UserId};
use domain::recommendations::Event;

use crate::catalogue::Character;
use crate::cooccurrence;
use crate::ledger::Ledger;
use crate::parameters::Parameters;
use crate::ridge::{self, Head};
use crate::rows::Rows;
use crate::snapshot::{Draft, Snapshot};
use crate::spread::spread;
use crate::tune::tune;

/// Everything that is learned, for the process that trains. Those who serve hold a [`Snapshot`].
#[derive(Debug, Default)]
pub struct Model {
    parameters: Parameters,
    ledger: Ledger,
    ease: Rows,
    slist: Rows,
    neighbours: Rows,
}

impl Model {
    /// A model that knows nothing.
    #[must_use]
    pub fn new(parameters: Parameters) -> Self {
        Self { parameters, ..Self::default() }
    }

    /// Takes events in. Popularity follows at once, with the next snapshot; likeness with the next training.
    pub fn update<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        events.into_iter().for_each(|event| self.ledger.record(event));
    }

    /// Forgets what a person did: the next training knows nothing of it.
    pub fn forget(&mut self, person: UserId) {
        self.ledger.forget(person);
    }

    /// How the model learns.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        self.parameters
    }

    /// Chooses the parameters that foretell best what people liked last. Costs several trainings; the result stays good for
    /// weeks.
    pub fn tune(&mut self) {
        self.parameters = tune(&self.ledger.sequences(), self.parameters);
    }

    /// Learns everything anew.
    pub fn train(&mut self) {
        let sequences = self.ledger.sequences();
        let (parameters, keep) = (self.parameters, 2 * self.parameters.neighbours_of(sequences.items()));
        let head = Head::of(&sequences, &parameters);
        self.ease = ridge::ease(&sequences, &head, parameters.ease_penalty, &parameters, keep);
        self.slist = ridge::slist(&sequences, &head, parameters.slist_penalty, &parameters, keep);
        self.refresh();
    }

    /// Counts anew who is liked near whom, and keeps the regressions of the last training: cheap enough for every few
    /// minutes, and new characters find their neighbours by it.
    pub fn refresh(&mut self) {
        let (sequences, parameters) = (self.ledger.sequences(), self.parameters);
        let items = sequences.items();
        let keep = parameters.neighbours_of(items);
        let counted = cooccurrence::rows(&sequences, &parameters, 2 * keep);
        let blend = parameters.blend;
        let parts = [(blend.ease, &self.ease), (blend.slist, &self.slist), (blend.cooccurrence, &counted)];
        let scaled = parts.map(|(share, rows)| (share / spread(rows, &sequences, parameters.recency), rows));
        let used: Vec<_> = scaled.into_iter().filter(|(share, _)| *share > 0.0).collect();
        self.neighbours = Rows::sum(&used, items, keep);
    }

    /// What is needed to serve: the characters that can be recommended, with what was learned of them.
    #[must_use]
    pub fn snapshot<'a>(&self, characters: impl IntoIterator<Item = &'a Character>) -> Snapshot {
        // By id, each once, so that the slots of a snapshot are found by halving.
        let catalogue: BTreeMap<CharacterId, &Character> =
            characters.into_iter().map(|character| (character.id, character)).collect();
        let mut draft = Draft::new(self.ledger.latest(), self.parameters.recency);
        let mut places = vec![None; self.ledger.characters().len()];
        for (place, id) in catalogue.keys().enumerate() {
            if let Some(slot) = self.ledger.find(*id)
                && let Some(slot) = places.get_mut(slot as usize)
            {
                *slot = Some(place as u32);
            }
        }
        let mut row = Vec::new();
        for (id, character) in catalogue {
            let slot = self.ledger.find(id);
            let standing = slot.map(|slot| self.ledger.standing(slot)).unwrap_or_default();
            row.clear();
            if let Some(slot) = slot {
                let known = |(target, weight): (u32, f32)| Some(((*places.get(target as usize)?)?, weight));
                row.extend(self.neighbours.row(slot).filter_map(known));
                row.sort_unstable_by_key(|(target, _)| *target);
            }
            draft.push(character, &standing, &row);
        }
        draft.finish()
    }
}
