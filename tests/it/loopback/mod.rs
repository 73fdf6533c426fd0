//! The real programs over real sockets: what only an operating system can answer.
//!
//! | file | what it asks |
//! |---|---|
//! | `conversation` | do people who come through different doors hold one conversation? |
//! | `original` | do the original programs, which are not to be changed, take part? |
//! | `client` | does our client do what its user, a pipe or a hostile server want? |
//! | `operator` | does the server do what its flags, its log and its signals promise? |
//! | `strangers` | does the server stand what comes from the network? |
//!
//! `people` and `doors` have the verbs.

mod client;
mod conversation;
mod doors;
mod operator;
mod original;
mod people;
mod strangers;
