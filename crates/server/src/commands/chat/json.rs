//! What a server says, read without trust: where nothing stands, there is null.

use serde_json::Value;

/// Looks into JSON.
pub(in crate::commands) trait At {
    /// What stands at a place (`/message/id`).
    fn at(&self, path: &str) -> &Value;
}

impl At for Value {
    fn at(&self, path: &str) -> &Value {
        self.pointer(path).unwrap_or(&Self::Null)
    }
}
