//! The client: one thread holds the conversation, others move bytes and read the keyboard.
//!
//! `connection` makes, reads and writes the connection. `output` shows the conversation as lines, as
//! objects, or above the line that a person types in a `terminal`. `config` reads the settings, `clock`
//! the local time, and `scrollback` keeps the rows that were shown.

pub mod clock;
pub mod config;
pub mod connection;
pub mod conversation;
pub mod output;
pub mod run;
pub mod scrollback;
pub mod terminal;
