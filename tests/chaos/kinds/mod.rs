//! The kinds of hostile peers, each a few lines.

pub(crate) mod crowds;
pub(crate) mod endings;
pub(crate) mod floods;
pub(crate) mod slow;
pub(crate) mod speakers;
pub(crate) mod strangers;
