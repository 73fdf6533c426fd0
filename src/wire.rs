//! What is written on the wire: bytes to frames and commands, notices to bytes.

pub mod detect;
pub mod escape;
pub mod frame;
pub mod line;
pub mod native;
pub mod rendering;
pub mod sanitize;
