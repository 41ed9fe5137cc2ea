//! `make bench-recommend`: how well recommendations foretell what people like, and how fast they are.
//!
//! The events of a file are told to the product as a client tells them, learned by its job, and pages are asked for as a client asks.
//! Beside it, from the same events: popularity and item-based neighbours.

mod data;
mod plain;
mod quality;
mod speed;
mod world;

use data::Data;

const HELP: &str = "bench_recommend [DATA] [--quality] [--speed]

DATA       lines of `user|item|rating|timestamp` with a header; each counts as a like
--quality  only how well is foretold
--speed    only how fast a page is";

#[tokio::main]
async fn main() {
    let (mut file, mut quality, mut speed) = (None, true, true);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quality" => speed = false,
            "--speed" => quality = false,
            name if !name.starts_with('-') && file.is_none() => file = Some(name.to_owned()),
            _ => {
                println!("{HELP}");
                std::process::exit(2);
            }
        }
    }
    if quality {
        let Some(file) = file else {
            println!("{HELP}");
            std::process::exit(2);
        };
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        let data = Data::read(&text).expect("lines of user|item|rating|timestamp");
        quality::measure(&data).await;
    }
    if speed {
        speed::measure().await;
    }
}
