//! Has this crate built again when the web client was: its files are embedded, and new ones are in no list of ours.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
