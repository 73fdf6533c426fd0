//! Style that a reader of this project may rely on, checked: files and functions that fit the head, no
//! left-over marks, every snapshot somebody's, the README's flags all there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;

#[test]
fn files_and_functions_stay_short() {
    for file in files("rs") {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.len() <= FILE_LINES, "{} has {} lines", file.display(), lines.len());
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words: Vec<_> = line.split_whitespace().collect();
            if !words.contains(&"fn") || !line.ends_with('{') || line.trim_start().starts_with("//")
            {
                continue;
            }
            let end = format!("{}}}", " ".repeat(indent));
            let length = lines[at..].iter().position(|line| *line == end).unwrap_or(0);
            assert!(
                length <= FUNCTION_LINES,
                "{}:{} is {length} lines long",
                file.display(),
                at + 1
            );
        }
    }
}

#[test]
fn nothing_is_left_for_later_and_nothing_is_let_pass() {
    let marks = ["TO", "FIX", "XX"].iter().zip(["DO", "ME", "X"]).map(|(a, b)| format!("{a}{b}"));
    let marks: Vec<_> =
        marks.chain([["#[al", "low("].concat(), ["#[ig", "nore"].concat()]).collect();
    for file in files("rs").into_iter().chain(files("md")).chain(files("sh")) {
        let text = fs::read_to_string(&file).unwrap();
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} holds {mark}", file.display());
        }
    }
}

/// The wall clock may jump, back too. The server's room thread reads it, for the times of lines, and
/// nothing else of ours does, nor what a dependency could read it with; `Instant` only moves on.
#[test]
fn nothing_but_the_room_thread_reads_the_wall_clock() {
    let readers = [
        "SystemTime",
        "UNIX_EPOCH",
        "gettimeofday",
        "libc::time",
        "libc::clock",
        "chrono",
        "DynamicClockId",
    ];
    // Of those clocks that have a number, these two know no wall.
    let clocks = ["ClockId::Monotonic", "ClockId::Boottime"];
    for file in files("rs").iter().filter(|file| file.starts_with(root().join("src"))) {
        let text = fs::read_to_string(file).unwrap();
        let is_room_thread = file.ends_with("src/shell/server/room.rs");
        for reader in readers.into_iter().skip(if is_room_thread { 2 } else { 0 }) {
            assert!(!text.contains(reader), "{} names {reader}", file.display());
        }
        let others = clocks.iter().fold(text.clone(), |text, clock| text.replace(clock, ""));
        let reads = text.contains("clock_gettime") && others.contains("ClockId::");
        assert!(!reads, "{} reads another clock", file.display());
    }
}

/// `<program>__<module>__<test>.snap`: the test is still there.
#[test]
fn every_snapshot_belongs_to_a_test() {
    let sources: String =
        files("rs").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let names: BTreeSet<_> = sources.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    for snapshot in files("snap") {
        let name = snapshot.file_stem().unwrap().to_str().unwrap().to_owned();
        let test = name.rsplit("__").next().unwrap();
        assert!(names.contains(test), "{} is nobody's: remove it", snapshot.display());
    }
    assert_eq!(files("new"), Vec::<PathBuf>::new(), "snapshots wait for a decision");
}

/// Short outcomes stand beside their input; a file holds ten lines or more, or several in one test.
#[test]
fn outcome_under_ten_lines_stands_in_its_test() {
    for snapshot in files("snap") {
        let text = fs::read_to_string(&snapshot).unwrap();
        let outcome = text.splitn(3, "---\n").nth(2).unwrap();
        assert!(outcome.lines().count() >= 10, "{} is short", snapshot.display());
    }
}

/// Its subject, then its behaviour.
#[test]
fn test_begins_with_its_subject() {
    for file in files("rs") {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let name = line.trim_start();
            let name = name.strip_prefix("fn ").unwrap_or(name);
            let begins = ["what_", "who_", "it_"].iter().any(|word| name.starts_with(word));
            let is_test = line.starts_with("fn ") || name.ends_with(r#" r""#);
            assert!(!(begins && is_test), "{}: {name}", file.display());
        }
    }
}

/// A sentence names its subject: it does not open with a clause that stands for one.
#[test]
fn no_sentence_of_a_comment_opens_with_a_noun_clause() {
    let mut found = Vec::new();
    for file in files("rs") {
        for sentence in sentences(&fs::read_to_string(&file).unwrap()) {
            if sentence.opens_with_a_noun_clause() {
                found.push(format!("{}:{}: {}", file.display(), sentence.line, sentence.text));
            }
        }
    }
    assert!(found.is_empty(), "{} sentences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn noun_clause_differs_from_a_question_a_number_and_a_pronoun() {
    let text = "%/ It waits. What waits\n%/ is sent. Who is it? (One who is\n% late.)\n\
        fn f() {} % Whoever: not. That of it\n% That second.\n%! - How it ends\n\
        %! One of two. That is why. One at a time. However.\n";
    let found: Vec<_> = sentences(&text.replace('%', "//"))
        .into_iter()
        .filter_map(|it| it.opens_with_a_noun_clause().then_some(it.line))
        .collect();
    assert_eq!(found, [1, 2, 4, 4, 5, 6]);
}

/// A sentence of a comment.
struct Sentence {
    line: usize,
    text: String,
    /// No code and no other sentence stands before it in its comment.
    is_first: bool,
}

impl Sentence {
    /// `One` and `That` stand for a noun where a clause or a verb follows, or nothing; `That` also at
    /// the beginning of a comment, where there is nothing to which it could point back.
    fn opens_with_a_noun_clause(&self) -> bool {
        const AFTER_ONE: &str = "who whose that which with without on in is has would must may can";
        const AFTER_THAT: &str = "of it the a an no not all nothing this these they there he she";
        let mut words = self
            .text
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '`'))
            .filter(|word| !word.is_empty());
        let (first, second) = (words.next(), words.next());
        let follows = |words: &str| {
            second.is_none_or(|second| words.split_whitespace().any(|word| word == second))
        };
        !self.text.trim_end_matches(')').ends_with('?')
            && match first {
                Some("What" | "Whatever" | "Who" | "Whoever" | "Whether" | "How") => true,
                Some("One") => follows(AFTER_ONE),
                Some("That") => self.is_first || follows(AFTER_THAT),
                _ => false,
            }
    }
}

fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    let (mut is_first, mut begins) = (true, true);
    for (at, line) in text.lines().map(str::trim).enumerate() {
        let trails = !line.starts_with("//");
        let comment = if trails { line.split_once(" // ").map(|it| it.1) } else { Some(line) };
        let comment = comment.unwrap_or_default().trim_start_matches(['/', '!']).trim();
        begins |= trails || comment.is_empty() || comment.starts_with(['-', '*', '|', '#']);
        is_first = !trails && (is_first || comment.is_empty());
        for word in comment.split_whitespace() {
            match sentences.last_mut() {
                Some(sentence) if !begins => sentence.text += &format!(" {word}"),
                _ => sentences.push(Sentence { line: at + 1, text: word.into(), is_first }),
            }
            is_first = false;
            begins = word.trim_end_matches([')', '`', '*', '"']).ends_with(['.', '?', '!', ':']);
        }
        (is_first, begins) = (is_first || trails, begins || trails);
    }
    sentences
}

#[test]
fn readme_has_at_most_250_lines() {
    let lines = fs::read_to_string(root().join("README.md")).unwrap().lines().count();
    assert!(lines <= 250, "README.md has {lines} lines");
}

#[test]
fn the_readme_names_every_flag_and_command() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let help = fs::read_to_string(snapshots("the_servers_help")).unwrap()
        + &fs::read_to_string(snapshots("the_clients_help")).unwrap()
        + &fs::read_to_string(snapshots("replays_help")).unwrap();
    let flags = help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
    let standard = ["--help", "--version", "---"];
    for flag in flags.filter(|flag| !standard.contains(flag)) {
        let flag = flag.split(['[', '=', ',', '.', ':', ';']).next().unwrap();
        assert!(readme.contains(flag), "README.md does not name {flag}");
    }
    for line in chatroom::room::facts::Reply::Help.to_string().lines() {
        let command = line.trim_start_matches("# ").split(' ').next().unwrap();
        assert!(readme.contains(command), "README.md does not name {command}");
    }
}

/// In the table of its flags, each with its twin in the environment.
#[test]
fn the_readme_has_a_row_for_every_flag_of_the_client() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let help = fs::read_to_string(snapshots("the_clients_help")).unwrap();
    for flag in help.lines().filter_map(|line| line.strip_prefix("      --")) {
        let flag = flag.split(['[', ' ']).next().unwrap();
        let twin = format!("CHATROOM_{}", flag.to_uppercase().replace('-', "_"));
        let twin = if help.contains(&twin) { format!("`{twin}`") } else { String::new() };
        let has_it = |row: &str| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let named = cells.get(1).is_some_and(|cell| {
                cell.trim_matches('`').split(' ').next() == Some(&format!("--{flag}"))
            });
            named && cells.get(2) == Some(&&*twin)
        };
        assert!(readme.lines().any(has_it), "README.md has no row for --{flag} and {twin}");
    }
}

fn snapshots(test: &str) -> PathBuf {
    root().join(format!("tests/it/shell/snapshots/it__shell__cli__{test}.snap"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files of ours that end so.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["src", "tests", "fuzz/fuzz_targets"] {
        collect(&root().join(folder), extension, &mut found);
    }
    let readme = root().join("README.md");
    found.extend((extension == "md").then_some(readme));
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}
