//! The wire: bytes to frames, facts to lines, and lines understood again.

pub mod detect;
pub mod escape;
pub mod frame;
pub mod line;
pub mod native;
pub mod rendering;
pub mod sanitize;
