//! Typed lines, on their way to the room.
//!
//! The session asks for more when it can take it; that is permitted when all that was to be sent
//! before has been taken. A pipe, or a plain terminal, is read then; lines from an editor wait here.

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::Sender;

/// Lines that wait, and the permits to go on.
#[derive(Debug, Default)]
pub struct Typing {
    /// Permits the next read, where what is typed is read as bytes.
    permit: Option<Sender<()>>,
    lines: VecDeque<String>,
    ended: bool,
    /// More was asked for.
    asked: bool,
    /// It was permitted.
    permitted: bool,
}

/// The next that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// This line.
    Line(String),
    /// Nothing more.
    End,
}

impl Typing {
    /// From now on permits are sent there, to whoever reads bytes.
    pub fn permit_reads(&mut self, permit: Sender<()>) {
        self.permit = Some(permit);
    }

    /// These lines were typed.
    pub fn add(&mut self, lines: Vec<String>) {
        self.lines.extend(lines);
    }

    /// Takes away the lines that have not been said.
    pub fn call_off(&mut self) -> Vec<String> {
        mem::take(&mut self.lines).into()
    }

    /// Nothing more will be typed.
    pub const fn end(&mut self) {
        self.ended = true;
    }

    /// The session can take more.
    pub const fn ask(&mut self) {
        self.asked = true;
    }

    /// All that was to be sent before has been taken, or never will be.
    pub fn permit(&mut self) {
        if !mem::take(&mut self.asked) {
            return;
        }
        match &self.permit {
            Some(permit) => _ = permit.send(()), // The reader has told the end before it ended.
            None => self.permitted = true,
        }
    }

    /// Returns what may be said now, where someone hears it or nobody does. An end of the typing does not
    /// wait until someone does.
    #[must_use]
    pub fn say(&mut self, heard: bool) -> Option<Next> {
        if heard && self.permitted && !self.lines.is_empty() {
            self.permitted = false;
            return self.lines.pop_front().map(Next::Line);
        }
        let said = self.lines.is_empty() || !heard;
        (said && mem::take(&mut self.ended)).then_some(Next::End)
    }
}
