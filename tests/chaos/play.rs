//! The acts: who plays in each, under what flags.

use chatroom::limits;

use crate::act::Act;
use crate::kinds::crowds::{CROWDS, MEMBERS};
use crate::kinds::endings::{
    CLOSES_EARLY, COMES_AND_GOES, HALF_CLOSES, RESETS, SAYS_MUCH_AND_CLOSES,
};
use crate::kinds::floods::{ASKS, LINE_ENDS, NEGOTIATES, NEVER_ENDS_A_LINE, SPAMS, TALKS};
use crate::kinds::slow::{
    ACKNOWLEDGES_NOTHING, CLOSES_BEHIND, NEVER_READS, READS_SLOWLY, SENDS_SLOWLY,
};
use crate::kinds::speakers::{ENDS_NO_FRAME, IMPERSONATES, RENAMES};
use crate::kinds::strangers::{HTTP, TLS, UPLOADS};

/// The name of all these acts.
pub(crate) const GROUP: &str = "peers";

/// First everyone who could come, under the limits that a server has by default; then those whom no
/// rate holds back; then a machine that has few descriptors.
pub(crate) const ACTS: [Act; 3] = [
    Act {
        name: "all kinds",
        rate: limits::RATE,
        members: 120,
        backlog: 128 * 1024,
        honest: 8,
        open_files: None,
        cast: &[
            (NEVER_READS, 8),
            (READS_SLOWLY, 4),
            (SENDS_SLOWLY, 3),
            (ACKNOWLEDGES_NOTHING, 3),
            (TALKS, 10),
            (NEVER_ENDS_A_LINE, 2),
            (LINE_ENDS, 2),
            (NEGOTIATES, 2),
            (SPAMS, 3),
            (CROWDS, 1),
            (RESETS, 5),
            (CLOSES_EARLY, 2),
            (HALF_CLOSES, 4),
            (SAYS_MUCH_AND_CLOSES, 3),
            (COMES_AND_GOES, 4),
            (RENAMES, 2),
            (IMPERSONATES, 2),
            (ENDS_NO_FRAME, 2),
            (TLS, 1),
            (HTTP, 1),
            (UPLOADS, 1),
        ],
        share: 50,
    },
    Act {
        name: "no rate",
        rate: 0,
        members: 60,
        backlog: 64 * 1024,
        honest: 8,
        open_files: None,
        cast: &[
            (MEMBERS, 1),
            (CLOSES_BEHIND, 1),
            (ASKS, 2),
            (UPLOADS, 2),
            (LINE_ENDS, 1),
            (NEGOTIATES, 1),
            (NEVER_READS, 2),
            (RESETS, 3),
            (HALF_CLOSES, 2),
            (COMES_AND_GOES, 2),
        ],
        share: 20,
    },
    Act {
        name: "few descriptors",
        rate: limits::RATE,
        members: 1000,
        backlog: 64 * 1024,
        honest: 4,
        open_files: Some(80),
        cast: &[
            (RESETS, 3),
            (CLOSES_EARLY, 2),
            (COMES_AND_GOES, 2),
            (NEVER_READS, 3),
            (TALKS, 2),
            (LINE_ENDS, 1),
            (HTTP, 1),
        ],
        share: 30,
    },
];
