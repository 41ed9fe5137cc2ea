//! Pictures over HTTP: taken, drawn anew, served, refused.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, RgbImage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::http::{Answer, send};
use testkit::{Person, TestApp};

/// Words that stand in the metadata of a picture, and where it was taken.
const HIDDEN: &[u8] = b"35.6586N 139.7454E, at home";

/// EXIF with one entry: how the picture lies. The hidden words follow.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(HIDDEN);
    exif
}

/// A square picture, red on the left and blue on the right.
fn halves() -> RgbImage {
    RgbImage::from_fn(64, 64, |x, _| image::Rgb(if x < 32 { [220, 10, 10] } else { [10, 10, 220] }))
}

/// The halves in a format, with metadata.
fn picture(format: ImageFormat, orientation: u8) -> Vec<u8> {
    fn written(mut encoder: impl ImageEncoder, exif: Vec<u8>) {
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(halves().as_raw(), 64, 64, ExtendedColorType::Rgb8).unwrap();
    }
    let (mut bytes, exif) = (Vec::new(), exif(orientation));
    match format {
        ImageFormat::Png => written(PngEncoder::new(&mut bytes), exif),
        ImageFormat::Jpeg => written(JpegEncoder::new_with_quality(&mut bytes, 95), exif),
        _ => written(WebPEncoder::new_lossless(&mut bytes), exif),
    }
    bytes
}

/// A PNG with one more chunk after its head.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    let crc = !body.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    let chunk = [&u32::try_from(data.len()).unwrap().to_be_bytes(), body.as_slice(), &crc.to_be_bytes()].concat();
    // The signature has 8 bytes and the head 25.
    [&png[..33], &chunk, &png[33..]].concat()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

async fn put(person: &Person<'_>, character: &str, kind: &str, bytes: impl Into<reqwest::Body>) -> Answer {
    let request = person.request(Method::PUT, &format!("/characters/{character}/avatar"));
    send(request.header("content-type", kind).body(bytes)).await
}

/// What stands at a character's `avatar_url`.
async fn avatar(app: &TestApp, character: &Value) -> Answer {
    app.ask(&format!("GET {}", character["avatar_url"].as_str().unwrap())).await
}

fn is_red(pixel: image::Rgb<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[2] < 100
}

#[tokio::test]
async fn png_jpeg_and_webp_are_drawn_anew_without_what_else_was_in_the_file() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for (format, kind) in
        [(ImageFormat::Png, "image/png"), (ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::WebP, "image/webp")]
    {
        let mut sent = picture(format, 1);
        if format == ImageFormat::Png {
            sent = with_chunk(&sent, b"tEXt", &[b"Comment\0".as_slice(), HIDDEN].concat());
        }
        assert!(contains(&sent, HIDDEN), "{kind}: the metadata is in what is sent");
        let character = put(&aya, &rin, kind, sent).await.with(200);
        let shown = avatar(&app, &character).await;
        assert_eq!(shown.status, 200);
        assert!(
            !contains(&shown.bytes, HIDDEN)
                && !contains(&shown.bytes, b"Exif")
                && !contains(&shown.bytes, b"EXIF")
                && !contains(&shown.bytes, b"tEXt"),
            "{kind}"
        );
        let served = image::guess_format(&shown.bytes).unwrap();
        assert_eq!(served.to_mime_type(), shown.header("content-type"));
        let drawn = image::load_from_memory(&shown.bytes).unwrap().into_rgb8();
        assert_eq!(drawn.dimensions(), (64, 64));
        assert!(is_red(*drawn.get_pixel(5, 5)) && !is_red(*drawn.get_pixel(60, 60)), "{kind}: it is the same picture");
    }
}

#[tokio::test]
async fn a_picture_taken_sideways_stands_upright() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    // 6: turn it by a quarter to the right; the left half comes up.
    let character = put(&aya, &rin, "image/jpeg", picture(ImageFormat::Jpeg, 6)).await.with(200);
    let drawn = image::load_from_memory(&avatar(&app, &character).await.bytes).unwrap().into_rgb8();
    assert!(is_red(*drawn.get_pixel(60, 5)) && is_red(*drawn.get_pixel(5, 5)) && !is_red(*drawn.get_pixel(5, 60)));
}

#[tokio::test]
async fn a_large_picture_becomes_a_small_square() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let mut png = Vec::new();
    let wide = RgbImage::from_fn(1400, 700, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 90]));
    PngEncoder::new(&mut png).write_image(wide.as_raw(), 1400, 700, ExtendedColorType::Rgb8).unwrap();
    let character = put(&aya, &rin, "image/png", png).await.with(200);
    let drawn = image::load_from_memory(&avatar(&app, &character).await.bytes).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (512, 512));
}

#[tokio::test]
async fn a_picture_comes_as_a_form_too_and_its_bytes_say_what_it_is() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let upload =
        async |form: Form| send(aya.request(Method::PUT, &format!("/characters/{rin}/avatar")).multipart(form)).await;
    let file =
        |bytes: Vec<u8>| Part::bytes(bytes).file_name("../../rin.exe").mime_str("application/x-msdownload").unwrap();
    let character =
        upload(Form::new().text("note", "mine").part("file", file(picture(ImageFormat::Png, 1)))).await.with(200);
    assert_eq!(avatar(&app, &character).await.status, 200);
    put(&aya, &rin, "image/png", picture(ImageFormat::Jpeg, 1)).await.with(200);
    put(&aya, &rin, "application/octet-stream", picture(ImageFormat::WebP, 1)).await.with(200);

    assert_eq!(upload(Form::new().text("other", "x")).await.fields(), ["file"]);
    let broken = aya
        .request(Method::PUT, &format!("/characters/{rin}/avatar"))
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\nnonsense");
    send(broken).await.problem(400, "malformed");
    let without = aya
        .request(Method::PUT, &format!("/characters/{rin}/avatar"))
        .header("content-type", "multipart/form-data")
        .body("x");
    send(without).await.problem(400, "malformed");
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_the_one_before_stays() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let before = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);

    let png = picture(ImageFormat::Png, 1);
    let mut huge = png.clone();
    huge.splice(16..24, [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let mut endless = png.clone();
    endless.splice(16..24, [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]);
    let mut jpeg_bomb = picture(ImageFormat::Jpeg, 1);
    let frame = jpeg_bomb.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
    jpeg_bomb.splice(frame + 5..frame + 9, [0xFF, 0xFF, 0xFF, 0xFF]);
    let jpeg = picture(ImageFormat::Jpeg, 1);
    for (what, kind, bytes) in [
        ("nothing", "image/png", Vec::new()),
        ("60,000 pixels a side", "image/png", huge),
        ("more pixels than there are", "image/png", endless),
        ("65,535 pixels a side", "image/jpeg", jpeg_bomb),
        ("a head alone", "image/png", png[..40].to_vec()),
        ("half a picture", "image/png", png[..png.len() / 2].to_vec()),
        ("the beginning of a picture", "image/jpeg", jpeg[..200].to_vec()),
        ("a drawing", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("another format", "image/gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
        ("a page", "image/png", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("a document", "application/octet-stream", b"%PDF-1.4".to_vec()),
    ] {
        assert_eq!(put(&aya, &rin, kind, bytes).await.fields(), ["file"], "{what}");
    }
    for kind in ["application/json", "text/plain", "application/pdf", "video/mp4"] {
        put(&aya, &rin, kind, png.clone()).await.problem(415, "unsupported_media_type");
    }
    send(aya.request(Method::PUT, &format!("/characters/{rin}/avatar")).body(png.clone()))
        .await
        .problem(415, "unsupported_media_type");
    put(&aya, &rin, "image/png", vec![0; 8 * 1024 * 1024 + 1]).await.problem(413, "payload_too_large");

    let after = aya.get(&format!("/characters/{rin}")).await;
    assert_eq!(after["avatar_url"], before["avatar_url"]);
    assert_eq!(avatar(&app, &before).await.status, 200);
}

#[tokio::test]
async fn a_picture_is_for_everybody_who_knows_where_and_is_kept_by_browsers() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let character = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);
    let shown = avatar(&app, &character).await;
    assert_eq!(shown.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert!(shown.header("content-security-policy").contains("default-src 'none'"));
    let path = character["avatar_url"].as_str().unwrap();
    let tag = shown.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'));
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let answer = send(app.request(Method::GET, path).header("if-none-match", known)).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len(), answer.header("etag")), (304, 0, tag.as_str()));
    }
    assert_eq!(send(app.request(Method::GET, path).header("if-none-match", "\"other\"")).await.status, 200);
    let head = send(app.request(Method::HEAD, path)).await;
    assert_eq!(
        (head.status.as_u16(), head.bytes.len(), head.header("content-type")),
        (200, 0, shown.header("content-type"))
    );
}

#[tokio::test]
async fn another_picture_has_another_address_and_the_old_one_is_gone() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("public").await;
    let first = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);
    let second = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);
    assert_ne!(first["avatar_url"], second["avatar_url"]);
    avatar(&app, &first).await.problem(404, "not_found");
    let gone = aya.ask(&format!("DELETE /characters/{rin}/avatar")).await.with(200);
    assert_eq!(gone["avatar_url"], Value::Null);
    avatar(&app, &second).await.problem(404, "not_found");
    aya.ask(&format!("DELETE /characters/{rin}/avatar")).await.with(200);
    for nowhere in ["med_00000000000000000000000000000000", "med_1", "x", &rin] {
        app.ask(&format!("GET /media/{nowhere}")).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn only_her_maker_gives_a_character_a_picture() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let rin = aya.character("public").await;
    put(&ben, &rin, "image/png", picture(ImageFormat::Png, 1)).await.problem(404, "not_found");
    let stranger = app
        .request(Method::PUT, &format!("/characters/{rin}/avatar"))
        .header("content-type", "image/png")
        .body(picture(ImageFormat::Png, 1));
    send(stranger).await.problem(401, "unauthenticated");
    let character = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);
    ben.ask(&format!("DELETE /characters/{rin}/avatar")).await.problem(404, "not_found");
    assert_eq!(avatar(&app, &character).await.status, 200);
}

#[tokio::test]
async fn the_picture_of_a_deleted_character_stays_as_long_as_a_chat_with_her() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let rin = aya.character("public").await;
    let character = put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.with(200);
    let session = ben.session_with(&rin).await;
    aya.ask(&format!("DELETE /characters/{rin}")).await.with(204);
    assert_eq!(ben.get(&format!("/sessions/{session}")).await["character"]["avatar_url"], character["avatar_url"]);
    assert_eq!(avatar(&app, &character).await.status, 200);
    put(&aya, &rin, "image/png", picture(ImageFormat::Png, 1)).await.problem(404, "not_found");
    ben.tell(&format!("DELETE /sessions/{session}"), json!(null)).await.with(204);
    avatar(&app, &character).await.problem(404, "not_found");
}
