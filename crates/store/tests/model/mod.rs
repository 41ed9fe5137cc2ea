//! A chat as plain as can be: all nodes in a list, oldest first, and what each last showed.

use domain::chats::{Message, MessageStatus};
use domain::ids::MessageId;

#[derive(Debug, Clone)]
pub struct Node {
    pub id: MessageId,
    pub parent: Option<usize>,
    pub content: String,
    pub status: MessageStatus,
    pub is_reply: bool,
    pub deleted: bool,
    pub active: Option<usize>,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub nodes: Vec<Node>,
    pub root: Option<usize>,
    pub seq: u64,
}

impl Model {
    pub fn new(greetings: &[Message]) -> Self {
        let mut model = Self::default();
        for greeting in greetings {
            model.hang(None, greeting.id, &greeting.content, MessageStatus::Complete, true);
        }
        model.root = Some(0);
        model
    }

    pub fn hang(
        &mut self,
        parent: Option<usize>,
        id: MessageId,
        content: &str,
        status: MessageStatus,
        is_reply: bool,
    ) -> usize {
        self.nodes.push(Node { id, parent, content: content.into(), status, is_reply, deleted: false, active: None });
        self.nodes.len() - 1
    }

    pub fn live(&self) -> impl Iterator<Item = usize> {
        (0..self.nodes.len()).filter(|n| !self.nodes[*n].deleted)
    }

    /// One of those that fit, by any number.
    pub fn pick(&self, n: usize, fits: impl Fn(&Node) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = self.live().filter(|n| fits(&self.nodes[*n])).collect();
        if fitting.is_empty() { None } else { Some(fitting[n % fitting.len()]) }
    }

    pub fn find(&self, id: MessageId) -> Option<usize> {
        self.live().find(|n| self.nodes[*n].id == id)
    }

    pub fn queued(&self) -> Vec<usize> {
        self.live().filter(|n| self.nodes[*n].status == MessageStatus::Queued).collect()
    }

    pub fn way_to(&self, n: usize) -> Vec<usize> {
        let mut way: Vec<usize> = std::iter::successors(Some(n), |n| self.nodes[*n].parent).collect();
        way.reverse();
        way
    }

    pub fn way(&self) -> Vec<usize> {
        std::iter::successors(self.root, |n| self.nodes[*n].active).collect()
    }

    pub fn leaf(&self) -> Option<usize> {
        self.way().last().copied()
    }

    pub fn leaf_id(&self) -> Option<MessageId> {
        self.leaf().map(|n| self.nodes[n].id)
    }

    pub fn siblings(&self, n: usize) -> Vec<MessageId> {
        self.live()
            .filter(|other| self.nodes[*other].parent == self.nodes[n].parent)
            .map(|n| self.nodes[n].id)
            .collect()
    }

    fn point(&mut self, parent: Option<usize>, child: Option<usize>) {
        match parent {
            Some(parent) => self.nodes[parent].active = child,
            None => self.root = child,
        }
    }

    pub fn lead_to(&mut self, n: Option<usize>) {
        for n in n.map(|n| self.way_to(n)).unwrap_or_default() {
            self.point(self.nodes[n].parent, Some(n));
        }
    }

    pub fn delete(&mut self, n: usize) {
        let parent = self.nodes[n].parent;
        let gone: Vec<usize> = self.live().filter(|other| self.way_to(*other).contains(&n)).collect();
        for n in gone {
            self.nodes[n].deleted = true;
        }
        let pointed = parent.map_or(self.root, |parent| self.nodes[parent].active);
        if pointed == Some(n) {
            let heir = self.live().filter(|other| self.nodes[*other].parent == parent).last();
            self.point(parent, heir);
        }
    }
}
