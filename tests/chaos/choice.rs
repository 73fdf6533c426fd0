//! The acts to be played: all, a group of them, or one.

use std::env;

use crate::{play, sources};

pub(crate) struct Choice(Option<String>);

impl Choice {
    /// By `CHAOS_ACT`, which names an act or a group; empty or absent means all.
    pub(crate) fn from_environment() -> Result<Self, String> {
        let Some(name) = env::var("CHAOS_ACT").ok().filter(|name| !name.is_empty()) else {
            return Ok(Self(None));
        };
        let groups = [play::GROUP, sources::GROUP];
        let acts = play::ACTS.iter().map(|act| act.name).chain(sources::names());
        let known: Vec<_> = groups.into_iter().chain(acts).collect();
        if !known.contains(&&*name) {
            return Err(format!("unknown act `{name}`; expected one of: {}", known.join(", ")));
        }
        Ok(Self(Some(name)))
    }

    /// True when this act of this group is to be played.
    pub(crate) fn has(&self, group: &str, act: &str) -> bool {
        self.0.as_ref().is_none_or(|name| name == group || name == act)
    }
}
