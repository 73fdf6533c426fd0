//! The real programs over real sockets: what only an operating system can answer.
//!
//! | file | what it asks |
//! |---|---|
//! | `conversation` | do people who come through different doors hold one conversation? |
//! | `original` | do the original programs, which are not to be changed, take part? |
//! | `client` | does our client do what its user, a pipe or a hostile server want? |
//! | `operator` | does the server do what its flags, its log and its signals promise? |
//! | `machine` | does the server stand a machine that has little left? |
//! | `shortage` | does the room go on without descriptors, without threads? |
//! | `interruptions` | does a system call that is interrupted, or fails in passing, lose anything? |
//! | `standard_streams` | do the programs stand closed descriptors and full disks? |
//! | `shutdown` | does the server end in time, and with a goodbye, whatever goes on? |
//! | `cascade` | is everyone told of everyone, when a thousand are dropped at once? |
//! | `confinement` | is what the systemd unit leaves the server enough? |
//! | `endings` | is every connection let go of, and is it heard to its end before? |
//! | `laggards` | does whoever is behind get everything, in order, once? |
//! | `memory` | do members cost no more than they may? |
//! | `disk` | does the room go on when the disk that it is recorded to is full, or hangs? |
//! | `flight_recorder` | is what happened last there when someone asks for it, or the room fails? |
//! | `recording` | is all that happens recorded, and does it happen again? |
//! | `strangers` | does the server stand what comes from the network? |
//!
//! `people` and `doors` have the verbs.

mod cascade;
mod client;
#[cfg(target_os = "linux")]
mod confinement;
mod conversation;
#[cfg(target_os = "linux")]
mod disk;
mod doors;
mod endings;
mod flight_recorder;
#[cfg(target_os = "linux")]
mod interruptions;
mod laggards;
mod machine;
mod memory;
mod operator;
mod original;
pub(crate) mod people;
mod recording;
#[cfg(target_os = "linux")]
mod shortage;
mod shutdown;
#[cfg(target_os = "linux")]
mod standard_streams;
mod strangers;
