//! The client's settings: what a file says, what goes before what, and what is printed.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chatroom::limits;
use chatroom::shell::client::config::{
    Bell, Color, Edit, PartialConfig, PresenceShown, Settings, Surroundings, Time,
};
use clap::{Args, Command, ValueEnum};
use insta::assert_snapshot;
use quickcheck_macros::quickcheck;

/// Each setting is another than it is by default.
const OTHERWISE: &str = r#"
server = "chat.example"
nick = "Ann"
legacy = true
plain = true
json = true
color = "never"
time = "full"
presence = "all"
bell = "mention"
no-reconnect = true
history-file = "~/said"
edit = "vi"
"#;

fn otherwise() -> Settings {
    Settings {
        server: "chat.example:55555".into(),
        nick: Some("Ann".into()),
        legacy: true,
        plain: true,
        json: true,
        color: Color::Never,
        time: Time::Full,
        presence: PresenceShown::All,
        bell: Bell::Mention,
        no_reconnect: true,
        history_file: Some("~/said".into()),
        edit: Edit::Vi,
    }
}

fn given(file: &str) -> PartialConfig {
    PartialConfig::from_toml(file.as_bytes()).unwrap()
}

#[test]
fn a_file_can_say_every_setting() {
    assert_eq!(Settings::default().with(given(OTHERWISE)), otherwise());
}

#[test]
fn setting_that_a_file_leaves_out_stays() {
    assert_eq!(Settings::default().with(given("")), Settings::default());
    assert_eq!(otherwise().with(given("# nothing\n")), otherwise());
}

#[test]
fn later_setting_goes_before_an_earlier_one() {
    let file = given("nick = 'Ann'\nlegacy = true\ntime = 'off'\nedit = 'vi'");
    let flags = given("nick = 'Bob'\nlegacy = false\ntime = 'full'");
    let settings = Settings::default().with(file).with(flags);
    assert_eq!(settings.nick.as_deref(), Some("Bob"));
    assert!(!settings.legacy);
    assert_eq!(settings.time, Time::Full);
    assert_eq!(settings.edit, Edit::Vi);
}

#[test]
fn an_empty_text_undoes_what_was_given() {
    let undone = otherwise().with(given("nick = ''\nhistory-file = ''"));
    assert_eq!(undone, Settings { nick: None, history_file: None, ..otherwise() });
}

#[test]
fn a_file_of_another_encoding_is_refused_with_its_line() {
    let wrong = PartialConfig::from_toml(b"plain = true\nnick = 'Zo\xeb'\n").unwrap_err();
    assert_eq!(wrong, (2, "this is not UTF-8".into()));
}

#[test]
fn fault_in_a_file_is_told_with_its_line_and_a_remedy() {
    let long = format!("{} = 1", "x".repeat(100));
    let said: Vec<_> = [
        "\n\ncolour = 'auto'",
        "\"\\u001b[2J\" = 1",
        "legacy = true\n\nplain = 'yes'",
        "color = 'blue'",
        "color = true",
        "edit = 'ed'",
        "bell = ['mention', 'private']",
        "server = 55555",
        "server = 'here:nonsense'",
        "nick = 1",
        "nick = ' '",
        "history-file = false",
        "[client]\nnick = 'Ann'",
        "time = 'never'\nbell = 'never'",
        "nick = 'Ann'\nnick = 'Bob'",
        "nick = Ann",
        "nick",
        "nick = 'Ann",
        "{",
        &long,
    ]
    .iter()
    .map(|file| {
        let (line, wrong) = PartialConfig::from_toml(file.as_bytes()).unwrap_err();
        format!("{}\n    line {line}: {wrong}\n", file.trim_start())
    })
    .collect();
    assert_snapshot!(said.join("\n"));
}

/// Of pieces that a file is made of, so that some of them are nearly right.
#[quickcheck]
fn whatever_is_in_a_file_what_is_wrong_is_one_line(chunks: Vec<u8>) -> bool {
    const PIECES: [&str; 16] = [
        "nick",
        "color",
        " = ",
        "'Ann'",
        "\"auto\"",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "\\u001b",
        "\r",
        "\u{85}",
        "'''",
        "\u{feff}",
        "1979-05-27",
    ];
    let file: String =
        chunks.iter().map(|chunk| PIECES[usize::from(*chunk) % PIECES.len()]).collect();
    match PartialConfig::from_toml(file.as_bytes()) {
        Ok(_) => true,
        Err((line, wrong)) => {
            let lines = 1 + file.matches('\n').count();
            (1..=lines).contains(&line) && !wrong.contains(char::is_control)
        }
    }
}

#[test]
fn default_configuration_is_printed() {
    assert_snapshot!(Settings::default());
}

#[test]
fn printed_configuration_reads_as_the_same() {
    for settings in [Settings::default(), otherwise()] {
        let printed = settings.to_string();
        assert_eq!(Settings::default().with(given(&printed)), settings);
        assert_eq!(otherwise().with(given(&printed)), settings);
    }
}

#[quickcheck]
fn configuration_of_any_file_name_reads_as_the_same(name: String) -> bool {
    let history_file = Some(name).filter(|name| !name.is_empty());
    let settings = Settings { history_file, ..Settings::default() };
    Settings::default().with(given(&settings.to_string())) == settings
}

#[test]
fn printed_configuration_has_every_setting_with_a_comment() {
    let printed = otherwise().to_string();
    let keys = OTHERWISE.lines().filter_map(|line| Some(line.split_once(" = ")?.0));
    for key in keys {
        let at = printed.lines().position(|line| line.starts_with(&format!("{key} = ")));
        let before = printed.lines().nth(at.expect(key) - 1).unwrap();
        assert!(before.starts_with("# "), "{key} has no comment");
    }
    assert!(10 * printed.len() < limits::CONFIG_BYTES);
    assert!(printed.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn the_keys_are_the_names_of_the_flags_each_with_its_environment_twin() {
    let flags = PartialConfig::augment_args(Command::new("client"));
    let flags: Vec<_> = flags.get_arguments().collect();
    let keys: Vec<_> =
        OTHERWISE.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    assert_eq!(flags.len(), keys.len());
    for (flag, key) in flags.iter().zip(keys) {
        assert!(flag.get_long().is_none_or(|name| name == key), "{key} is not {flag}");
        let twin = format!("CHATROOM_{}", key.to_uppercase().replace('-', "_"));
        assert_eq!(flag.get_env().unwrap(), &*twin);
    }
}

/// The flags have no default of their own, which would go before the file.
#[test]
fn the_help_states_the_defaults() {
    let flags = PartialConfig::augment_args(Command::new("client"));
    for line in Settings::default().to_string().lines().filter(|line| !line.starts_with('#')) {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        let value = value.trim_matches('"');
        let flag = flags.get_arguments().find(|flag| flag.get_id() == &*key.replace('-', "_"));
        let help = flag.unwrap().get_help().unwrap().to_string();
        let stated = help.split_once("[default: ").map(|(_, stated)| stated.trim_end_matches(']'));
        let none = (value.is_empty() || value == "false").then_some(value);
        assert_eq!(stated.or(none), Some(value), "{key}: {help}");
    }
}

#[test]
fn every_word_reads_as_what_prints_as_it() {
    fn check<T: ValueEnum + Display + FromStr + PartialEq + std::fmt::Debug>() {
        for value in T::value_variants() {
            let word = value.to_possible_value().unwrap().get_name().to_owned();
            assert_eq!(value.to_string(), word);
            assert!(word.parse::<T>().is_ok_and(|parsed| parsed == *value));
        }
        assert!("nonsense".parse::<T>().is_err());
    }
    check::<Color>();
    check::<Time>();
    check::<PresenceShown>();
    check::<Bell>();
    check::<Edit>();
}

#[test]
fn when_there_are_colours() {
    let mut table = String::new();
    for case in 0..8 {
        let (terminal, dumb, no_color) = (case & 1 == 0, case & 2 != 0, case & 4 != 0);
        let here = Surroundings { terminal, dumb, no_color };
        let says = |it, what| if it { what } else { "" };
        let shows = |color: Color| if color.shows(here) { "yes" } else { "no" };
        table += &format!(
            "{:8} {:9} {:8} | auto {:3} always {:3} never {}\n",
            if terminal { "terminal" } else { "pipe" },
            says(dumb, "TERM=dumb"),
            says(no_color, "NO_COLOR"),
            shows(Color::Auto),
            shows(Color::Always),
            shows(Color::Never)
        );
    }
    assert_snapshot!(table, @"
        terminal                    | auto yes always yes never no
        pipe                        | auto no  always yes never no
        terminal TERM=dumb          | auto no  always yes never no
        pipe     TERM=dumb          | auto no  always yes never no
        terminal           NO_COLOR | auto no  always yes never no
        pipe               NO_COLOR | auto no  always yes never no
        terminal TERM=dumb NO_COLOR | auto no  always yes never no
        pipe     TERM=dumb NO_COLOR | auto no  always yes never no
    ");
}

#[test]
fn a_history_file_may_be_at_home() {
    let path = |file: &str, home: Option<&str>| {
        let settings = Settings { history_file: Some(file.into()), ..Settings::default() };
        settings.history_path(home.map(Path::new)).unwrap()
    };
    assert_eq!(path("~/said", Some("/home/ann")), PathBuf::from("/home/ann/said"));
    assert_eq!(path("~/said", None), PathBuf::from("~/said"));
    assert_eq!(path("~said", Some("/home/ann")), PathBuf::from("~said"));
    assert_eq!(path("/said", Some("/home/ann")), PathBuf::from("/said"));
    assert_eq!(Settings::default().history_path(Some(Path::new("/home/ann"))), None);
}
