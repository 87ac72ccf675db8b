//! The bodies of the commands. Desktop, browser and command line are adapters over a [`Backend`].
//!
//! A command asks its [`Host`] for what only the host can do (dialogs, telling the front ends); all else is here. Every
//! error of the crates below is turned into a [`wire::Failure`] in one place, [`failure`].
//!
//! What is deliberately absent: how requests arrive, and everything that a pure crate can decide.

mod analysis;
pub mod atomic;
mod backend;
mod comparing;
mod debugging;
mod documents;
mod executions;
mod failure;
mod folders;
mod forks;
mod functions;
mod host;
mod inspecting;
mod integrations;
mod looking;
mod pictures;
pub mod places;
mod shipping;
mod time;
mod workspace;

pub use backend::{Backend, Setup, call};
pub use host::Host;
pub use shipping::{Project, scan as scan_project};
