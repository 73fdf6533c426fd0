//! What helps while a line is typed: completion, hints from what was typed before; and how many rows
//! of the screen it takes.

use std::borrow::Cow;
use std::sync::Arc;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::Validator;
use rustyline::{Context, GraphemeClusterMode, Helper};
use unicode_segmentation::UnicodeSegmentation;

use crate::client::LOCAL;
use crate::message::Notice;
use crate::shell::terminal::Terminal;
use crate::view::completion::{self, Candidate};

/// What the editor asks while a line is typed.
pub struct Aid {
    terminal: Arc<Terminal>,
    colored: bool,
    typed_before: HistoryHinter,
    /// As `/help` tells them.
    commands: Vec<String>,
}

impl Aid {
    /// Help from what this terminal knows. Without colour there are no hints, which would look like
    /// what is typed.
    #[must_use]
    pub fn new(terminal: Arc<Terminal>, colored: bool) -> Self {
        let room = Notice::Help.to_string();
        let room = room.lines().filter_map(|line| line.strip_prefix("# ")).map(Into::into);
        let commands = room.chain(LOCAL.iter().map(ToString::to_string)).collect();
        Self { terminal, colored, typed_before: HistoryHinter::new(), commands }
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
        self.terminal.paints(line, cursor, hint.as_deref().unwrap_or_default());
        hint
    }
}

impl Highlighter for Aid {
    fn highlight_hint<'a>(&self, hint: &'a str) -> Cow<'a, str> {
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    /// Is asked of when only the cursor moves, too.
    fn highlight_char(&self, line: &str, cursor: usize, _: CmdKind) -> bool {
        self.terminal.saw(line, cursor);
        false
    }
}

impl Validator for Aid {}

impl Helper for Aid {}

/// How many rows this text takes, at this width: as the editor counts them, which breaks a row where
/// the next character no longer fits.
#[must_use]
pub fn rows(text: &str, columns: u16) -> usize {
    const TAB: usize = 8;
    let widths = GraphemeClusterMode::from_env();
    let columns = usize::from(columns).max(1);
    let (mut row, mut column) = (1, 0);
    for character in text.graphemes(true) {
        let width = match character {
            "\n" | "\r\n" => {
                (row, column) = (row + 1, 0);
                continue;
            }
            "\t" => TAB - column % TAB,
            _ => usize::from(widths.width(character)),
        };
        column += width;
        if column > columns {
            (row, column) = (row + 1, width);
        }
    }
    row + usize::from(column == columns)
}
