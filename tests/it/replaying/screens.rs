//! What was on the screens of those who took part.

use chatroom::limits;
use chatroom::replay::screens::{Page, Screens};
use chatroom::transcript::Transcript;
use insta::assert_snapshot;

use super::{INCIDENT, from, played};

/// What was on all of them in the end.
fn pages(text: &str) -> Vec<Page> {
    let mut screens = None;
    let mut pages = Vec::new();
    let end = played(text, |step, head, _| {
        let screens = screens.get_or_insert_with(|| Screens::new(head, |_| true));
        pages.extend(screens.step(step, |_| true));
    });
    assert_eq!(end, Ok(()));
    pages.extend(screens.unwrap().end());
    pages
}

fn shown(pages: &[Page]) -> String {
    let pages: Vec<_> = pages
        .iter()
        .map(|page| page.rows().iter().map(|row| row.text() + "\n").collect::<String>())
        .collect();
    pages.join("\n")
}

#[test]
fn each_screen_has_what_was_sent_to_it() {
    assert_snapshot!(shown(&pages(INCIDENT)));
}

#[test]
fn what_was_on_a_screen_before_the_recording_is_not_known() {
    assert_snapshot!(shown(&pages(&from("+21.000s", INCIDENT))));
}

/// What was on all screens after these events.
fn after(events: &str) -> Vec<Page> {
    let transcript: Transcript = events.parse().unwrap();
    pages(&transcript.replay().to_string())
}

#[test]
fn frames_without_ends_are_told_apart_by_time_until_they_have_ends() {
    assert_snapshot!(shown(&after(
        r"
        Jacob connects
        Jacob -> Jacob
        +0.250s time passes
        +1.000s Jacob -> Jacob: one
        +1.040s Jacob -> Jacob: two
        +1.089s Jacob -> Jacob: three
        +1.139s Jacob -> Jacob: four
        +1.140s Jacob -> Jacob: five\n
        +1.141s Jacob -> Jacob: six\n
        +9.000s time passes"
    )));
}

#[test]
fn the_latest_lines_of_a_screen_are_kept() {
    let events = |line: &str, lines| {
        let says = format!("ann -> {line}\\n\n").repeat(lines);
        format!("rate=0\nann connects\nann -> ann\\n\n{says}ann -> last\\n")
    };
    let most = limits::SCREEN_LINES;
    let page = after(&events("hi", most)).pop().unwrap();
    let told = format!(": {} lines, the last {most} of them", most + 3);
    assert!(page.headline.ends_with(&told), "{}", page.headline);
    assert_eq!((page.lines.len(), page.lines.last().unwrap().as_str()), (most, "ann: last"));

    let long = "x".repeat(limits::FRAME_BYTES);
    let page = after(&events(&long, 20)).pop().unwrap();
    let bytes: usize = page.lines.iter().map(String::len).sum();
    let last_but_one = long.len() + "ann: ".len();
    assert!(bytes <= limits::SCREEN_BYTES && bytes + last_but_one > limits::SCREEN_BYTES);
}

#[test]
fn so_many_screens_are_kept_at_once() {
    let most = limits::SCREENS;
    let comes = |number| format!("#{number} connects\n#{number} -> n{number}\\n\n");
    let all: String = (1..=most + 2).map(comes).collect();
    let events = format!("max-members=2000 history=0\n{all}#7 finishes\n{}", comes(most + 3));
    let text = events.parse::<Transcript>().unwrap().replay().to_string();
    let mut screens = None;
    let end = played(&text, |step, head, _| {
        _ = screens.get_or_insert_with(|| Screens::new(head, |_| true)).step(step, |_| true);
    });
    assert_eq!(end, Ok(()));
    let screens = screens.unwrap();
    let told = format!("2 more had no screen here: {most} are kept at once");
    assert_eq!(screens.left_out(), Some(told));
    assert_eq!(screens.end().len(), most);
}
