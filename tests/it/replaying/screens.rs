//! What was on the screens of those who took part.

use chatroom::replay::screens::{Page, Screens};
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
