//! Completion of a typed line with Tab.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::ViewOptions;
use super::caseless::starts_with;
use super::mention::continues;

/// The texts that could stand there: for a line editor, as it completes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The byte of the line from which on, up to the cursor, a candidate takes the place of what is
    /// typed.
    pub start: usize,
    /// In the order of what they were chosen from.
    pub candidates: Vec<Candidate>,
}

/// A candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The text that a list of them shows: a command with its help.
    pub display: String,
    /// The text that takes the place.
    pub replacement: String,
}

/// Returns the texts that could stand at `cursor`, a byte of `line`, where the person types.
///
/// `names` are those who are here. `commands` are written as `/help` shows them, such as
/// `/msg <nick> <text> - a message to one person only`. Where one first takes a `<nick>` or an
/// `<option>`, only such can stand there; where it takes a `text`, nicknames can stand in that.
#[must_use]
pub fn complete(line: &str, cursor: usize, names: &[&str], commands: &[&str]) -> Completion {
    let Some((typed, rest)) = line.split_at_checked(cursor) else { return Completion::default() };
    if let Some(completion) = in_command(typed, names, commands) {
        return completion;
    }
    let start = typed.trim_end_matches(continues).len();
    // At the start of a line it is who is spoken to.
    let end = if start == 0 && !rest.starts_with(':') { ": " } else { "" };
    choices(typed.get(start..).unwrap_or_default(), start, names, end)
}

/// Where what is typed is a command: its name, or an argument. `None` where that is any text.
fn in_command(typed: &str, names: &[&str], commands: &[&str]) -> Option<Completion> {
    let words = typed.strip_prefix('/').filter(|words| !words.starts_with('/'))?;
    let Some((name, arguments)) = words.split_once(char::is_whitespace) else {
        let named = commands.iter().filter(|help| starts_with(help, typed));
        let candidates = named.map(|help| command(help)).collect();
        return Some(Completion { start: 0, candidates });
    };
    let start = typed.trim_end_matches(|c: char| !c.is_whitespace()).len();
    let word = typed.get(start..)?;
    // Only the last one is being typed.
    let before: Vec<&str> = arguments.trim_start().strip_suffix(word)?.split_whitespace().collect();
    let named = |help: &&&str| first_word(help).trim_start_matches('/').eq_ignore_ascii_case(name);
    let (syntax, _) = commands.iter().find(named)?.split_once(" - ")?;
    let first = syntax.split_whitespace().nth(1).unwrap_or_default();
    match (first.trim_matches(['<', '>']), before.as_slice()) {
        ("nick", []) => Some(choices(word, start, names, " ")),
        ("option", []) => {
            Some(choices(word, start, &ViewOptions::NAMES.map(|(name, _)| name), " "))
        }
        ("option", [option]) => {
            let words = ViewOptions::NAMES.iter().find(|(name, _)| name == option);
            Some(choices(word, start, words.map_or(&[], |(_, words)| words), ""))
        }
        _ if syntax.contains("text") => None,
        _ => Some(Completion::default()),
    }
}

fn first_word(help: &str) -> &str {
    help.split_whitespace().next().unwrap_or_default()
}

fn command(help: &str) -> Candidate {
    let name = first_word(help);
    let takes_nothing =
        help.get(name.len()..).is_none_or(|rest| rest.trim_start().starts_with("- "));
    let end = if takes_nothing { "" } else { " " };
    Candidate { display: help.into(), replacement: format!("{name}{end}") }
}

/// Those that begin as the word does.
fn choices(word: &str, start: usize, all: &[&str], end: &str) -> Completion {
    let begun = all.iter().filter(|choice| starts_with(choice, word));
    let candidate = |choice: &&str| Candidate {
        display: (*choice).into(),
        replacement: format!("{choice}{end}"),
    };
    Completion { start, candidates: begun.map(candidate).collect() }
}
