//! The activation of lore against a slow and plain version of the same rules, on books made by chance; and rules that only one
//! mode has, by example.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "these are tests")]

mod lore_cases;
mod lore_prompt;
mod lore_reference;
