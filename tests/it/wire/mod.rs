//! The wire: frames, lines and their renderings.

pub(crate) mod clean;
pub(crate) mod frames;
mod lines;
pub(crate) mod naive_frames;
pub(crate) mod naive_text;
pub(crate) mod renderings;
