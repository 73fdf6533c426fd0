//! chatroom
#![cfg_attr(not(feature = "std"), no_std)]
extern crate alloc;

mod actions;
pub mod addresses;
pub mod client;
mod escape;
pub mod event;
pub mod frame;
pub mod history;
pub mod intruder;
pub mod limits;
pub mod message;
pub mod nickname;
pub mod rate;
pub mod roster;
pub mod sanitize;
pub mod server;
mod settings;
#[cfg(feature = "std")]
pub mod shell;
pub mod transcript;

pub use crate::actions::Actions;
pub use crate::event::{Action, ClientId, Ending, Event, Millis};
pub use crate::server::ServerCore;
pub use crate::settings::Settings;
