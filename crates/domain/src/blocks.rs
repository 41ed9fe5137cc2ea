//! Blocks and mutes: whom one does not want to meet, and whom one does not want to hear.

closed_set! {
    /// How somebody is kept away.
    pub enum Shunning {
        /// The two are invisible to each other.
        Block = "block",
        /// Nothing of theirs is told or suggested any more, and they do not notice.
        Mute = "mute",
    }
}
