//! A hostile peer against an honest one, whatever it sends. Shared by a property, the corpus and the
//! fuzz target.
//!
//! An input is [read](plan) as what the peer sends and when. It is played twice:
//!
//! - in a [room](room) with Ann and Bob, through `ServerCore` and on into Bob's `ClientCore`. Each
//!   line that Bob is shown is [read](reader) as the protocol says, and is of the one who caused it;
//!   all lines of the peer together are what a [reference reader](mallory) finds in its bytes.
//! - as a [server](client), of a `ClientCore`.
//!
//! All promises of the room hold at every step; what anyone is shown, and the printed transcript, are
//! single, sanitised lines; and what is held and answered is bounded by what was sent.

mod allowance;
mod client;
mod mallory;
pub(crate) mod plan;
pub(crate) mod reader;
mod room;
mod unframed;

pub(crate) fn check_input(input: &[u8]) {
    let Some(plan) = plan::Plan::read(input) else { return };
    room::check(&plan);
    client::check(&plan);
}
