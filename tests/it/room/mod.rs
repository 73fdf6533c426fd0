//! The room.

mod allocation;
mod facts;
pub(crate) mod naive;
mod nickname;
pub(crate) mod oracle;
pub(crate) mod peer;
mod properties;
mod scenarios;
pub(crate) mod script;
mod theorem;
mod wall_time;
