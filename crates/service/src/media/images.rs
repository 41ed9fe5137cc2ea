//! Pictures drawn anew: decoded within bounds, cut to a square or as they are, made small, encoded without anything else in the
//! file.
//!
//! A decoded image may be a hundred times its file. So memory is counted before a pixel is decoded, and those that do not
//! fit wait; the work is done off the async threads.

use std::io::Cursor;
use std::sync::Arc;

use domain::limits::{AVATAR_SIDE, IMAGE_BYTES, IMAGE_SIDE, PICTURE_SIDE};
use domain::media::{ImageSize, MediaType};
use domain::validation::FieldError;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits, Luma};
use tokio::sync::Semaphore;

use crate::{ServiceError, ServiceResult};

const MIB: u64 = 1024 * 1024;
/// What all pictures being drawn may take together, in MiB. The largest that is allowed takes it alone.
const BUDGET_MIB: u32 = 512;
const JPEG_QUALITY: u8 = 88;
/// How light the picture of somebody without one is.
const PLAIN: u8 = 160;

/// A picture as it is kept.
#[derive(Debug)]
pub(crate) struct EncodedImage {
    pub(crate) media_type: MediaType,
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: ImageSize,
}

/// Draws pictures anew.
#[derive(Clone)]
pub(crate) struct Images {
    memory: Arc<Semaphore>,
}

impl Default for Images {
    fn default() -> Self {
        Self { memory: Arc::new(Semaphore::new(BUDGET_MIB as usize)) }
    }
}

impl Images {
    /// The picture as a square of at most [`AVATAR_SIDE`].
    ///
    /// # Errors
    /// `Invalid` when it is no PNG, JPEG or WebP within the bounds.
    pub(crate) async fn avatar(&self, bytes: Vec<u8>) -> ServiceResult<EncodedImage> {
        self.drawn(bytes, square).await
    }

    /// The picture in its own form, at most [`PICTURE_SIDE`] wide and high.
    ///
    /// # Errors
    /// `Invalid` when it is no PNG, JPEG or WebP within the bounds.
    pub(crate) async fn picture(&self, bytes: Vec<u8>) -> ServiceResult<EncodedImage> {
        self.drawn(bytes, whole).await
    }

    /// A kept picture as a PNG; a plain one where there is none.
    ///
    /// # Errors
    /// When it cannot be read, which is a fault of ours.
    pub(crate) async fn as_png(&self, kept: Option<Vec<u8>>) -> ServiceResult<Vec<u8>> {
        let task = tokio::task::spawn_blocking(move || {
            let image = match kept {
                Some(bytes) => {
                    DynamicImage::from_decoder(reader(&bytes)?.into_decoder().map_err(fault)?).map_err(fault)?
                }
                None => DynamicImage::ImageLuma8(GrayImage::from_pixel(AVATAR_SIDE, AVATAR_SIDE, Luma([PLAIN]))),
            };
            let mut png = Cursor::new(Vec::new());
            image.write_to(&mut png, ImageFormat::Png).map_err(fault)?;
            Ok(png.into_inner())
        });
        task.await.map_err(fault)?
    }

    async fn drawn(&self, bytes: Vec<u8>, shape: fn(&DynamicImage) -> DynamicImage) -> ServiceResult<EncodedImage> {
        if bytes.len() > IMAGE_BYTES {
            return Err(refused("must be at most 8 MiB"));
        }
        let cost = cost_in_mib(&bytes)?;
        let permit = Arc::clone(&self.memory).acquire_many_owned(cost).await.map_err(fault)?;
        let task = tokio::task::spawn_blocking(move || {
            let drawn = draw(&bytes, shape);
            drop(permit);
            drawn
        });
        task.await.map_err(fault)?
    }
}

/// What decoding will take, told from the head of the file.
fn cost_in_mib(bytes: &[u8]) -> ServiceResult<u32> {
    let (width, height) = reader(bytes)?.into_dimensions().map_err(|_| unreadable())?;
    if width == 0 || height == 0 || width > IMAGE_SIDE || height > IMAGE_SIDE {
        return Err(refused(format!("must be at most {IMAGE_SIDE} pixels wide and high")));
    }
    // Four bytes a pixel, once as decoded and once turned or cut.
    let mib = u64::from(width) * u64::from(height) * 8 / MIB + 8;
    Ok(u32::try_from(mib).unwrap_or(BUDGET_MIB).min(BUDGET_MIB))
}

/// A reader of the three formats that are taken, told by the bytes and not by any name.
fn reader(bytes: &[u8]) -> ServiceResult<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| unreadable())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(refused("must be a PNG, JPEG or WebP image"));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(IMAGE_SIDE);
    limits.max_image_height = Some(IMAGE_SIDE);
    limits.max_alloc = Some(u64::from(BUDGET_MIB) * MIB);
    reader.limits(limits);
    Ok(reader)
}

fn draw(bytes: &[u8], shape: fn(&DynamicImage) -> DynamicImage) -> ServiceResult<EncodedImage> {
    let mut decoder = reader(bytes)?.into_decoder().map_err(|_| unreadable())?;
    // Phones write sideways and say so in what is thrown away here.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    let mut shaped = shape(&decoded);
    drop(decoded);
    shaped.apply_orientation(orientation);
    encode(&shaped).map_err(fault)
}

/// The middle of an image, at most [`AVATAR_SIDE`] wide, in eight bits a channel.
fn square(image: &DynamicImage) -> DynamicImage {
    let side = image.width().min(image.height());
    let (x, y) = ((image.width() - side) / 2, (image.height() - side) / 2);
    let mut cut = image.crop_imm(x, y, side, side);
    if side > AVATAR_SIDE * 4 {
        // First coarsely: the fine filter would take as much memory as the image.
        cut = cut.thumbnail_exact(AVATAR_SIDE * 2, AVATAR_SIDE * 2);
    }
    if cut.width() > AVATAR_SIDE {
        cut = cut.resize_exact(AVATAR_SIDE, AVATAR_SIDE, FilterType::Lanczos3);
    }
    in_eight_bits(cut)
}

/// All of an image, at most [`PICTURE_SIDE`] wide and high, in eight bits a channel.
fn whole(image: &DynamicImage) -> DynamicImage {
    let longer = image.width().max(image.height());
    if longer <= PICTURE_SIDE {
        return in_eight_bits(image.clone());
    }
    // First coarsely: the fine filter would take as much memory as the image.
    let coarse = (longer > PICTURE_SIDE * 3).then(|| image.thumbnail(PICTURE_SIDE * 2, PICTURE_SIDE * 2));
    in_eight_bits(coarse.as_ref().unwrap_or(image).resize(PICTURE_SIDE, PICTURE_SIDE, FilterType::Lanczos3))
}

fn in_eight_bits(image: DynamicImage) -> DynamicImage {
    let opaque = !image.color().has_alpha() || image.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    if opaque { DynamicImage::ImageRgb8(image.into_rgb8()) } else { DynamicImage::ImageRgba8(image.into_rgba8()) }
}

/// The smaller of lossless WebP and, for what has no transparency, JPEG.
fn encode(image: &DynamicImage) -> ImageResult<EncodedImage> {
    let size = ImageSize { width: image.width(), height: image.height() };
    let mut webp = Vec::new();
    image.write_with_encoder(WebPEncoder::new_lossless(&mut webp))?;
    if !image.color().has_alpha() {
        let mut jpeg = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY))?;
        if jpeg.len() < webp.len() {
            return Ok(EncodedImage { media_type: MediaType::Jpeg, bytes: jpeg, size });
        }
    }
    Ok(EncodedImage { media_type: MediaType::Webp, bytes: webp, size })
}

fn unreadable() -> ServiceError {
    refused("must be an image that can be read")
}

fn refused(message: impl Into<String>) -> ServiceError {
    FieldError::new("file", message).into()
}

fn fault(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("drawing a picture: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
        let image = RgbaImage::from_fn(width, height, |x, y| Rgba(pixel(x, y)));
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    fn field(result: ServiceResult<EncodedImage>) -> String {
        match result {
            Err(ServiceError::Invalid(errors)) => errors[0].message.clone(),
            other => format!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_picture_is_cut_to_the_middle_and_made_small() {
        let wide =
            png(3000, 1000, |x, _| if (1000..2000).contains(&x) { [200, 10, 10, 255] } else { [0, 0, 255, 255] });
        let drawn = Images::default().avatar(wide).await.unwrap();
        let image = image::load_from_memory(&drawn.bytes).unwrap().into_rgb8();
        assert_eq!(image.dimensions(), (AVATAR_SIDE, AVATAR_SIDE));
        assert!(image.pixels().all(|pixel| pixel.0[0] > 180 && pixel.0[2] < 40), "only the middle is left");
    }

    #[tokio::test]
    async fn a_picture_of_a_moment_keeps_its_form() {
        let drawn = Images::default().picture(png(6000, 1500, |_, _| [90, 120, 30, 255])).await.unwrap();
        let image = image::load_from_memory(&drawn.bytes).unwrap();
        assert_eq!((image.width(), image.height()), (PICTURE_SIDE, PICTURE_SIDE / 4));
        assert_eq!(drawn.size, ImageSize { width: PICTURE_SIDE, height: PICTURE_SIDE / 4 });
        let small = Images::default().picture(png(30, 50, |_, _| [9, 9, 9, 255])).await.unwrap();
        assert_eq!(small.size, ImageSize { width: 30, height: 50 }, "small ones are not blown up");
    }

    #[tokio::test]
    async fn what_shines_through_stays_and_small_ones_are_not_blown_up() {
        let drawn =
            Images::default().avatar(png(40, 30, |x, _| [9, 9, 9, if x < 20 { 0 } else { 255 }])).await.unwrap();
        assert_eq!(drawn.media_type, MediaType::Webp);
        let image = image::load_from_memory(&drawn.bytes).unwrap();
        assert_eq!((image.width(), image.height(), image.color().has_alpha()), (30, 30, true));
    }

    #[tokio::test]
    async fn noise_becomes_a_jpeg_without_what_else_was_in_the_file() {
        let noisy = png(300, 300, |x, y| {
            let n = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x | 1);
            [(n >> 8) as u8, (n >> 16) as u8, (n >> 24) as u8, 255]
        });
        let drawn = Images::default().avatar(noisy).await.unwrap();
        assert_eq!(drawn.media_type, MediaType::Jpeg);
        assert!(!drawn.bytes.windows(4).any(|window| window == b"Exif"));
    }

    #[tokio::test]
    async fn what_is_no_picture_or_too_large_is_refused_before_it_is_decoded() {
        let images = Images::default();
        for bytes in [&b""[..], b"GIF89a....", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4"] {
            assert_eq!(field(images.avatar(bytes.to_vec()).await), "must be a PNG, JPEG or WebP image");
        }
        let mut cut = png(50, 50, |_, _| [1, 2, 3, 255]);
        cut.truncate(60);
        assert_eq!(field(images.avatar(cut).await), "must be an image that can be read");
        assert_eq!(field(images.avatar(vec![0; IMAGE_BYTES + 1]).await), "must be at most 8 MiB");
        let mut huge = png(1, 1, |_, _| [0; 4]);
        // The head of the file says 60,000 by 60,000.
        huge.splice(16..24, [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        assert!(matches!(images.avatar(huge).await, Err(ServiceError::Invalid(_))));
    }
}
