//! The real client in a real pseudo-terminal: what only a person at a screen can see.
//!
//! | file | what it asks |
//! |---|---|
//! | `typing` | is the line that is typed left alone, and does its echo take its place? |
//! | `editing` | killing, undoing, completion, history, search, hints, the keys of vi |
//! | `pasting` | is much asked about, and all of it sent in order? |
//! | `commands` | do the client's own commands do what they say? |
//! | `leaving` | does every way out leave, and leave the terminal as it was? |
//! | `looks` | sizes, colours, terminals that can do little |
//! | `wrapping` | can a long line look like another's where it goes on? |
//! | `bell` | does it ring for what was chosen, and for nothing else? |
//! | `presence` | how are those shown who come and go? |
//! | `hostile` | does the screen stand a server that is a flood, or garbage? |
//! | `plain` | is a terminal of plain lines heard, whatever becomes of the server? |
//! | `resizing` | is the screen right when the window is another? |
//! | `reconnecting` | is a lost connection mended, though the server holds it still, and is nothing typed lost? |
//! | `starting` | are people told how to join, and how to start a server? |
//! | `picture` | is the README's picture what a run shows? |
//!
//! `tty` has the verbs; `router` loses connections.

mod bell;
mod commands;
mod editing;
mod hostile;
mod leaving;
mod looks;
mod pasting;
mod picture;
mod plain;
mod presence;
mod reconnecting;
mod resizing;
mod router;
mod starting;
mod tty;
mod typing;
mod wrapping;
