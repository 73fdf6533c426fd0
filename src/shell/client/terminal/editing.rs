//! Help while a line is typed: completion, hints from the history, and the painting of all of it.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

use crate::client::LOCAL;
use crate::room::facts::Reply;
use crate::shell::client::terminal::painting::{Pen, changes};
use crate::shell::client::terminal::{Terminal, columns};
use crate::view::completion::{self, Candidate};

/// Answers the editor while a line is typed.
pub struct Aid {
    terminal: Arc<Terminal>,
    colored: bool,
    typed_before: HistoryHinter,
    /// As `/help` tells them.
    commands: Vec<String>,
    /// Where what was painted last ends.
    pen: Cell<Pen>,
}

impl Aid {
    /// Help from what this terminal knows. Without colour there are no hints, which would look like
    /// what is typed.
    #[must_use]
    pub fn new(terminal: Arc<Terminal>, colored: bool) -> Self {
        let room = Reply::Help.to_string();
        let room = room.lines().filter_map(|line| line.strip_prefix("# ")).map(Into::into);
        let commands = room.chain(LOCAL.iter().map(ToString::to_string)).collect();
        let (typed_before, pen) = (HistoryHinter::new(), Cell::new(Pen::new(columns())));
        Self { terminal, colored, typed_before, commands, pen }
    }

    /// Paints what follows what was painted last.
    fn paints(&self, text: &str) -> String {
        let mut pen = self.pen.get();
        let painted = pen.paints(text);
        self.pen.set(pen);
        painted
    }
}

impl Completer for Aid {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        if self.terminal.questions() {
            return Ok((cursor, Vec::new()));
        }
        let names = self.terminal.names();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let commands: Vec<_> = self.commands.iter().map(String::as_str).collect();
        let found = completion::complete(line, cursor, &names, &commands);
        let pair = |it: Candidate| Pair { display: it.display, replacement: it.replacement };
        Ok((found.start, found.candidates.into_iter().map(pair).collect()))
    }
}

impl Hinter for Aid {
    type Hint = String;

    fn hint(&self, line: &str, cursor: usize, context: &Context<'_>) -> Option<String> {
        let hint = self
            .typed_before
            .hint(line, cursor, context)
            .filter(|_| self.colored && !self.terminal.questions());
        let is_new = context.history_index() == context.history().len();
        self.terminal.paints(line, cursor, hint.as_deref().unwrap_or_default(), is_new);
        hint
    }
}

impl Highlighter for Aid {
    /// The text that is painted first, at the start of a row.
    #[expect(single_use_lifetimes, reason = "the trait has them")]
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        self.pen.set(Pen::new(columns()));
        Cow::Owned(self.paints(prompt))
    }

    fn highlight<'a>(&self, line: &'a str, _: usize) -> Cow<'a, str> {
        Cow::Owned(self.paints(line))
    }

    fn highlight_hint<'a>(&self, hint: &'a str) -> Cow<'a, str> {
        Cow::Owned(format!("\x1b[2m{}\x1b[0m", self.paints(hint)))
    }

    /// The editor asks when only the cursor moves, too. A line that is painted otherwise than it is typed
    /// is painted whole.
    fn highlight_char(&self, line: &str, cursor: usize, _: CmdKind) -> bool {
        self.terminal.saw(line, cursor);
        changes(line)
    }
}

impl Validator for Aid {}

impl Helper for Aid {}
