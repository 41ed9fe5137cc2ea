//! What tests are made with: the real router over a real SQLite file, a scripted model, a clock that is set by hand, a
//! WebSocket client, stores that fail when told to; and, for faults, a cluster of real processes.

pub mod app;
pub mod clock;
pub mod cluster;
pub mod contract;
pub mod crowd;
pub mod faults;
pub mod http;
pub mod keyed;
pub mod nodes;
pub mod openapi;
pub mod process;
pub mod redis;
pub mod remembering;
pub mod socket;
pub mod store;
pub mod talk;
pub mod visitor;

pub use app::{Person, TestApp};
pub use clock::TestClock;
pub use faults::Faults;
pub use nodes::TestCluster;
pub use socket::Socket;
