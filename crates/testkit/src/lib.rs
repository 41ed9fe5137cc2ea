//! What tests are made with: the real router over a real SQLite file, a scripted model, a clock that is set by hand, a
//! WebSocket client, and stores that fail when told to.

pub mod app;
pub mod clock;
pub mod cluster;
pub mod contract;
pub mod faults;
pub mod http;
pub mod openapi;
pub mod process;
pub mod remembering;
pub mod socket;
pub mod store;
pub mod talk;

pub use app::{Person, TestApp};
pub use clock::TestClock;
pub use cluster::TestCluster;
pub use faults::Faults;
pub use socket::Socket;
