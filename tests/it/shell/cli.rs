//! The programs on the command line: their help, and their complaints about a flag.
//!
//! A snapshot holds all of it: the exit code, standard output and standard error.

use std::fs;
use std::process::Command;

use chatroom::limits;
use insta::assert_snapshot;

use crate::programs::{Program, client, replay, server};

/// Runs it in a directory of its own for all files that are named, so that snapshots hold no path.
fn run(mut command: Command, arguments: &str) -> String {
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).args(arguments.split_whitespace());
    Program::start(command).ends().to_string()
}

/// Runs it once for each of these lines of arguments.
pub(crate) fn run_each(command: fn() -> Command, arguments: &[&str]) -> String {
    let runs: Vec<_> =
        arguments.iter().map(|line| format!("$ {line}\n{}\n", run(command(), line))).collect();
    runs.join("\n")
}

#[test]
fn the_servers_short_help() {
    assert_snapshot!(run(server(), "-h"));
}

#[test]
fn the_servers_help() {
    assert_snapshot!(run(server(), "--help"));
}

#[test]
fn server_refuses_flags_that_make_no_sense() {
    assert_snapshot!(run_each(
        server,
        &[
            "--lisen 127.0.0.1:0",
            "127.0.0.1:0",
            "--listen",
            "--listen nonsense",
            "--listen localhost:55555",
            "--listen chat://localhost",
            "--listen chats://127.0.0.1:0",
            "--listen chat://127.0.0.1:0?proxy",
            "--rate x",
            "--rate -1",
            "--rate 1000001",
            "--burst 0",
            "--backlog 0",
            "--backlog 100",
            "--max-members 0",
            "--max-per-address 0",
            "--handshake-timeout 0",
            "--history 100000",
            "--record",
            "--record-max 131072",
            "--record room.chat --record-max 131071",
            "--record-ring 1073741825",
            "--record-keep 3",
            "--record room.chat --record-keep 1",
        ]
    ));
}

#[test]
fn server_refuses_an_environment_that_makes_no_sense() {
    let with = |name: &str, value: &str| {
        let mut command = server();
        command.env(name, value);
        format!("$ {name}={value}\n{}\n", run(command, ""))
    };
    let runs = [with("CHATROOM_RATE", "x"), with("CHATROOM_LISTEN", "here")];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn server_refuses_a_message_of_the_day_that_it_cannot_show() {
    let directory = env!("CARGO_TARGET_TMPDIR");
    fs::write(format!("{directory}/long-motd.txt"), "x".repeat(8193)).unwrap();
    assert_snapshot!(run_each(
        server,
        &[
            "--listen 127.0.0.1:0 --motd no-such-motd.txt",
            "--listen 127.0.0.1:0 --motd long-motd.txt",
            "--listen 127.0.0.1:0 --motd .",
        ]
    ));
}

#[test]
fn the_clients_short_help() {
    assert_snapshot!(run(client(), "-h"));
}

#[test]
fn the_clients_help() {
    assert_snapshot!(run(client(), "--help"));
}

#[test]
fn client_refuses_flags_that_make_no_sense() {
    assert_snapshot!(run_each(
        client,
        &[
            "--nik Ann",
            "--nick",
            "",
            "--nick Ann 127.0.0.1:nonsense",
            "--nick Ann 127.0.0.1:99999",
            "--nick Ann 127.0.0.1:1 and more",
            "--color blue",
            "--time",
            "--bell mention,private",
            "--plain maybe --nick Ann and more",
            "--print-completions ksh",
        ]
    ));
}

#[test]
fn client_refuses_a_configuration_file_that_it_cannot_use() {
    let directory = env!("CARGO_TARGET_TMPDIR");
    fs::write(format!("{directory}/wrong.toml"), "nick = 'Ann'\ncolor = 'blue'\n").unwrap();
    fs::write(format!("{directory}/unknown.toml"), "colour = 'auto'\n").unwrap();
    fs::write(format!("{directory}/binary.toml"), b"\xff\xfe").unwrap();
    let most = limits::CONFIG_BYTES;
    fs::write(format!("{directory}/most.toml"), "#".repeat(most)).unwrap();
    fs::write(format!("{directory}/long.toml"), "#".repeat(most + 1)).unwrap();
    assert_snapshot!(run_each(
        client,
        &[
            "--config no-such-file.toml",
            "--config .",
            "--config wrong.toml",
            "--config unknown.toml --print-config",
            "--config binary.toml",
            "--config most.toml",
            "--config long.toml",
            "--config /dev/zero",
        ]
    ));
}

/// The lines with which it prints what it is set to.
fn settings(mut command: Command, arguments: &[&str]) -> Vec<String> {
    command.args(arguments).arg("--print-config");
    let outcome = Program::start(command).ends();
    assert_eq!((outcome.code, outcome.stderr), (0, vec![]));
    outcome.stdout.into_iter().filter(|line| line.contains(" = ")).collect()
}

#[test]
fn the_clients_flags_go_before_the_environment_and_that_before_the_file() {
    let directory = concat!(env!("CARGO_TARGET_TMPDIR"), "/configured");
    let file = format!("{directory}/chatroom/client.toml");
    fs::create_dir_all(format!("{directory}/chatroom")).unwrap();
    fs::write(&file, "server = 'there:1'\nnick = 'Ann'\nplain = true\nbell = 'off'").unwrap();
    let configured = || {
        let mut command = client();
        command.env("XDG_CONFIG_HOME", directory);
        command
    };
    let mut with_environment = configured();
    with_environment.env("CHATROOM_NICK", "Bob").env("CHATROOM_PLAIN", "no");
    with_environment.env("CHATROOM_COLOR", "never");
    let mut by_environment = client();
    by_environment.env("CHATROOM_CONFIG", &file);
    let shown = [
        ("the file", settings(configured(), &[])),
        ("with --config /dev/null", settings(configured(), &["--config", "/dev/null"])),
        ("CHATROOM_CONFIG", settings(by_environment, &["--plain=false"])),
        (
            "all three",
            settings(with_environment, &["here", "--color=always", "--json", "--edit", "vi"]),
        ),
    ];
    let shown: Vec<_> =
        shown.iter().map(|(name, lines)| format!("{name}:\n{}\n", lines.join("\n"))).collect();
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_file_that_the_client_printed_says_the_same() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/printed.toml");
    let flags = ["here:1", "--nick=Ann", "--legacy", "--history-file=a \"b\" \\c", "--time=off"];
    let outcome = {
        let mut command = client();
        command.args(flags).arg("--print-config");
        Program::start(command).ends()
    };
    fs::write(file, outcome.stdout.join("\n")).unwrap();
    assert_eq!(settings(client(), &["--config", file]), settings(client(), &flags));
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_a_failure() {
    for flag in ["--print-config", "--print-man"] {
        let mut command = client();
        command.arg(flag).stdout(fs::File::options().write(true).open("/dev/full").unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{flag}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.starts_with("chatroom-client: cannot write to standard output: "), "{said}");
    }
}

#[test]
fn replays_short_help() {
    assert_snapshot!(run(replay(), "-h"));
}

#[test]
fn replays_help() {
    assert_snapshot!(run(replay(), "--help"));
}

#[test]
fn replay_refuses_arguments_that_make_no_sense() {
    assert_snapshot!(run_each(
        replay,
        &[
            "",
            "--fast good.txt",
            "good.txt other.txt",
            "good.txt --show=lines",
            "good.txt --show --why ann",
            "good.txt --member ann",
            "good.txt --show --from soon",
            "good.txt --show --to 1:60",
            "good.txt --why #",
            "good.txt --at",
            "good.txt --at 1.0005",
            "good.txt --at 1 --show --member #x",
        ]
    ));
}

/// Ann comes and says hi.
const TRANSCRIPT: &str = "\
chatroom transcript 1
rate=10 burst=20

+0.000s ann connects from 127.0.0.1:1001
        log <- Connected with 127.0.0.1:1001
        ann <- NICK
+1.000s ann -> Ann\\n
        log <- Nickname of the client is Ann!
        ann is admitted with lines
        ann <= Ann joined the chat!\\n
        ann <- Connected to the server!\\n
+2.500s ann -> hi\\n
        ann <= Ann: hi\\n
";

#[test]
fn replay_reports_each_transcript() {
    for (name, text) in [
        ("good.txt", TRANSCRIPT),
        ("different.txt", &TRANSCRIPT.replace("Ann: hi", "Ann: ho")),
        ("longer.txt", &format!("{TRANSCRIPT}        ann is dropped\n")),
        ("damaged.txt", &TRANSCRIPT.replace("ann -> hi", "ann hi")),
        ("future.txt", &TRANSCRIPT.replace("transcript 1", "transcript 2")),
        ("empty.txt", ""),
        ("cut.txt", TRANSCRIPT.trim_end_matches("i\\n\n")),
    ] {
        fs::write(format!("{}/{name}", env!("CARGO_TARGET_TMPDIR")), text).unwrap();
    }
    fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/binary.txt"), b"\xff\xfe\x00").unwrap();
    assert_snapshot!(run_each(
        replay,
        &[
            "good.txt",
            "different.txt",
            "longer.txt",
            "damaged.txt",
            "future.txt",
            "empty.txt",
            "binary.txt",
            "cut.txt",
            "no-such-file.txt",
        ]
    ));
}
