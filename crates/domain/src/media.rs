//! Images that people upload: kept re-encoded, never as they came.

use time::OffsetDateTime;

use crate::ids::{MediaId, UserId};

closed_set! {
    /// The encodings an image is kept and served in.
    pub enum MediaType {
        /// PNG.
        Png = "image/png",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// WebP.
        Webp = "image/webp",
        /// SVG; only the images that come with Talker, never an upload.
        Svg = "image/svg+xml",
    }
}

/// How large an image is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// A stored image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// Who uploaded it; `None` for the images that come with Talker.
    pub owner: Option<UserId>,
    /// Its encoding.
    pub media_type: MediaType,
    /// The encoded image.
    pub bytes: Vec<u8>,
    /// When it was stored.
    pub created_at: OffsetDateTime,
}
