//! The client: one connection, and a session of several.

mod catch_up_properties;
mod client_scenarios;
mod joining;
mod original_server;
mod session_bounds;
mod session_properties;
pub(crate) mod session_scenarios;
