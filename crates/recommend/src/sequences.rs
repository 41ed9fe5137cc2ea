//! What each person came to like, one after the other: the shape in which the methods read it.

/// A character that a person came to like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    pub(crate) item: u32,
    /// How much, in likes.
    pub(crate) strength: f32,
    /// Since when.
    pub(crate) at: i64,
}

/// The sequences of all people, one behind the other.
#[derive(Debug)]
pub(crate) struct Sequences {
    items: usize,
    steps: Vec<Step>,
    starts: Vec<usize>,
}

impl Sequences {
    pub(crate) fn new(items: usize) -> Self {
        Self { items, steps: Vec::new(), starts: vec![0] }
    }

    pub(crate) fn push(&mut self, steps: &[Step]) {
        self.steps.extend_from_slice(steps);
        self.starts.push(self.steps.len());
    }

    /// How many characters there are.
    pub(crate) fn items(&self) -> usize {
        self.items
    }

    /// How many people.
    pub(crate) fn people(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn person(&self, person: usize) -> &[Step] {
        let range = self.starts.get(person).zip(self.starts.get(person + 1));
        range.and_then(|(&from, &to)| self.steps.get(from..to)).unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Step]> {
        (0..self.people()).map(|person| self.person(person))
    }

    /// At most so many people, evenly chosen.
    pub(crate) fn sample(&self, people: usize) -> impl Iterator<Item = &[Step]> {
        let wanted = people.clamp(1, self.people().max(1));
        (0..wanted.min(self.people())).map(move |nth| self.person(nth * self.people() / wanted))
    }

    /// How much each character is liked by all together.
    pub(crate) fn liking(&self) -> Vec<f32> {
        let mut liking = vec![0.0; self.items];
        for step in &self.steps {
            if let Some(sum) = liking.get_mut(step.item as usize) {
                *sum += step.strength;
            }
        }
        liking
    }

    /// The same people with the first `share` of each sequence, and what comes after it.
    pub(crate) fn split(&self, share: f32, people: usize) -> (Self, Self) {
        let (mut before, mut after) = (Self::new(self.items), Self::new(self.items));
        for steps in self.sample(people) {
            let (first, rest) = steps.split_at((steps.len() as f32 * share) as usize);
            before.push(first);
            after.push(rest);
        }
        (before, after)
    }
}
