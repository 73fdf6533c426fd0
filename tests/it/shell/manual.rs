//! Completions and manual pages, which the programs print of themselves, and `make install`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use chatroom::shell::manual;
use insta::assert_snapshot;

use crate::programs::{Program, client, replay, server};

/// A program, and how to start it.
type Named = (&'static str, fn() -> Command);

const PROGRAMS: [Named; 3] =
    [("chatroom-server", server), ("chatroom-client", client), ("chatroom-replay", replay)];

/// Everything that it prints with these arguments, all of it to standard output.
fn printed(mut command: Command, arguments: &[&str]) -> String {
    // Which makes no sense, and does not matter.
    command.args(arguments).env("CHATROOM_RATE", "x").env("CHATROOM_COLOR", "x");
    let outcome = Program::start(command).ends();
    assert_eq!((outcome.code, outcome.stderr), (0, vec![]), "{arguments:?}");
    outcome.stdout.join("\n") + "\n"
}

/// The flags that its help names.
fn flags(command: Command) -> BTreeSet<String> {
    let help = printed(command, &["--help"]);
    let words = help.split_whitespace().filter(|word| word.starts_with("--"));
    words.map(|word| word.split(['[', '=', ',', '.', ';']).next().unwrap().into()).collect()
}

/// The verdict of another program on this text. `None` where there is no such program.
fn judged(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C.UTF-8").env("MANWIDTH", "80");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { said } else { format!("{}: {said}", output.status) })
}

#[test]
fn the_manual_pages_tell_of_every_flag_and_are_well_formed() {
    for (name, program) in PROGRAMS {
        let page = printed(program(), &["--print-man"]);
        let plain = page.replace("\\-", "-");
        for flag in flags(program()) {
            assert!(plain.contains(&flag), "the page of {name} does not tell of {flag}");
        }
        assert!(page.lines().any(|line| line.starts_with(&format!(".TH {name} 1 "))), "{page}");
        for request in page.lines().filter_map(|line| line.strip_prefix('.')) {
            let known = ["TH", "SH", "TP", "PP", "RS", "RE", "IP", "ie", "el", "br"];
            assert!(known.contains(&request.split(' ').next().unwrap()), "{name}: .{request}");
        }
        if judged("groff", &["--version"], "").is_some() {
            let said = judged("groff", &["-man", "-Tutf8", "-ww", "-z"], &page);
            assert_eq!(said.as_deref(), Some(""), "groff of the page of {name}");
        }
        if judged("mandoc", &["-h"], "").is_some() {
            let said = judged("mandoc", &["-man", "-T", "lint", "-W", "error"], &page);
            assert_eq!(said.as_deref(), Some(""), "mandoc of the page of {name}");
        }
    }
}

#[test]
fn the_manual_pages_tell_of_the_environment() {
    let page = printed(client(), &["--print-man"]).replace("\\-", "-");
    assert!(page.contains("CHATROOM_NICK") && page.contains("CHATROOM_NO_RECONNECT"));
}

#[test]
fn the_completions_know_every_flag_and_are_well_formed() {
    for (name, program) in PROGRAMS {
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            let text = printed(program(), &["--print-completions", shell]);
            for flag in flags(program()) {
                let known = if shell == "fish" { flag.replace("--", "-l ") } else { flag };
                assert!(text.contains(&known), "{known} of {name} is not known in {shell}");
            }
            assert!(!text.contains("--print-man"), "{name}, {shell}");
            if ["bash", "fish", "zsh"].contains(&shell) {
                let said = judged(shell, &["-n"], &text);
                assert_eq!(said.unwrap_or_default(), "", "{shell} of the completions of {name}");
            }
        }
    }
}

#[test]
fn the_completions_know_the_words_of_a_setting() {
    let text = printed(client(), &["--print-completions", "bash"]);
    assert!(text.contains("off mention private mention,private all"));
}

#[test]
fn the_hidden_flags_are_asked_for_first_and_alone() {
    let asked = |arguments: &[&str]| {
        let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
        let answer = manual::asked(clap::Command::new("chatroom"), &arguments);
        answer.map(|answer| answer.map(|text| !text.is_empty()))
    };
    assert_eq!(asked(&[]), None);
    assert_eq!(asked(&["--nick", "--print-man"]), None);
    assert_eq!(asked(&["--print-man", "localhost"]), None);
    assert_eq!(asked(&["--print-completions"]), None);
    assert_eq!(asked(&["--print-man"]), Some(Ok(true)));
    assert_eq!(asked(&["--print-completions", "zsh"]), Some(Ok(true)));
    let shells = "give a shell: bash, elvish, fish, powershell or zsh";
    assert_eq!(asked(&["--print-completions", "ksh"]), Some(Err(shells.into())));
}

/// All files in this folder, below it too, and whether they may be run.
#[cfg(unix)]
fn files(folder: &Path) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mode = path.metadata().unwrap().permissions().mode() & 0o777;
            found.push(format!("{mode:o} {}", path.strip_prefix(folder).unwrap().display()));
        }
    }
    found.sort_by(|a, b| a[4..].cmp(&b[4..]));
    found
}

/// With the programs that are tested, rather than ones that it would have to build first.
#[cfg(unix)]
fn make(arguments: &[&str]) {
    let root = env!("CARGO_MANIFEST_DIR");
    let built = Path::new(env!("CARGO_BIN_EXE_chatroom-server")).parent().unwrap();
    // A space in a path is more than make can bear.
    let built = built.strip_prefix(root).unwrap_or(built);
    let mut make = Command::new("make");
    make.current_dir(root).args(arguments).arg("CARGO=true");
    make.arg(format!("BUILT={}", built.display()));
    for inherited in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"] {
        make.env_remove(inherited);
    }
    let output = make.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[cfg(unix)]
#[test]
fn uninstall_removes_all_that_install_wrote() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed here");
    let _ = fs::remove_dir_all(&root);
    let destination = format!("DESTDIR={}", root.display());
    make(&["install", "PREFIX=/usr", &destination]);
    assert_snapshot!(files(&root).join("\n"));
    let page = fs::read_to_string(root.join("usr/share/man/man1/chatroom-replay.1")).unwrap();
    assert_eq!(page, printed(replay(), &["--print-man"]));
    let unit = root.join("usr/lib/systemd/system/chatroom-server.service");
    let unit = fs::read_to_string(unit).unwrap();
    assert!(unit.contains("\nExecStart=/usr/bin/chatroom-server\n") && !unit.contains("@BINDIR@"));
    make(&["uninstall", "PREFIX=/usr", &destination]);
    assert_eq!(files(&root), Vec::<String>::new());
    fs::remove_dir_all(&root).unwrap();
}
