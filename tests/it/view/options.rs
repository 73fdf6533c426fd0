//! The options and their values.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use chatroom::view::{Bell, LocalTime, PresenceShown, Time, ViewOptions};

#[test]
fn choices_are_read_as_they_are_written() {
    inverse::<Time>(Time::WORDS);
    inverse::<PresenceShown>(PresenceShown::WORDS);
    inverse::<Bell>(Bell::WORDS);
}

fn inverse<T: FromStr<Err: Debug> + Display + Debug + PartialEq>(words: &[&str]) {
    for (at, word) in words.iter().enumerate() {
        let choice: T = word.parse().unwrap();
        assert_eq!(choice.to_string(), *word);
        for other in &words[..at] {
            assert_ne!(other.parse::<T>().unwrap(), choice);
        }
    }
    assert!("loud".parse::<T>().is_err() && "OFF".parse::<T>().is_err());
}

#[test]
fn every_option_can_be_set_by_name_to_every_choice() {
    for (name, words) in ViewOptions::NAMES {
        for word in words {
            let mut options = ViewOptions::default();
            options.set(name, word).unwrap();
            assert!(options.to_string().contains(&format!("{name} {word}")), "{options}");
        }
    }
}

#[test]
fn senseless_option_is_answered_with_a_sensible_one() {
    let mut options = ViewOptions::default();
    let error = options.set("bell", "loud").unwrap_err();
    assert_eq!(error.to_string(), "choose one of: off mention private mention,private all");
    let error = options.set("colour", "red").unwrap_err();
    let names = ViewOptions::NAMES.map(|(name, _)| name).join(" ");
    assert_eq!(error.to_string(), format!("choose one of: {names}"));
    assert_eq!(options, ViewOptions::default());
}

#[test]
fn the_defaults_are_short_times_folded_bursts_and_a_bell_for_what_is_for_the_reader() {
    let defaults = ViewOptions::default().to_string();
    assert_eq!(defaults, "time short, presence fold, bell mention,private");
}

#[test]
fn a_moment_is_written_with_its_offset() {
    let at =
        |offset| LocalTime { year: 987, month: 1, day: 2, hour: 3, minute: 4, second: 5, offset };
    assert_eq!(at(0).to_string(), "0987-01-02T03:04:05+00:00");
    assert_eq!(at(330).to_string(), "0987-01-02T03:04:05+05:30");
    assert_eq!(at(-210).to_string(), "0987-01-02T03:04:05-03:30");
    assert_eq!(at(-30).to_string(), "0987-01-02T03:04:05-00:30");
}
