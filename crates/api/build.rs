//! Has this crate built again when the web client was: its files are embedded, and new ones are in no list of ours.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
