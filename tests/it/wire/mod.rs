//! The wire: frames, lines and their renderings.

pub(crate) mod clean;
pub(crate) mod frames;
mod lines;
pub(crate) mod reference_frames;
pub(crate) mod reference_text;
pub(crate) mod renderings;
