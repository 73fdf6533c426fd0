//! The room.

mod allocation;
mod facts;
mod nickname;
pub(crate) mod oracle;
pub(crate) mod peer;
mod properties;
pub(crate) mod reference_model;
mod scenarios;
pub(crate) mod script;
mod theorem;
mod wall_time;
