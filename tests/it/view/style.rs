//! Colours, and the escapes that they are.

use chatroom::view::{PALETTE, Row, Style};

/// WCAG 2.2, "contrast ratio": 3:1 is what it asks of text that is large, and of whatever is not text.
#[test]
fn every_colour_of_a_nickname_can_be_read_on_black_and_on_white() {
    for colour in PALETTE {
        let luminance = luminance(colour);
        let (on_black, on_white) = ((luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05));
        assert!(on_black >= 3.0 && on_white >= 3.0, "{colour}: {on_black:.2}, {on_white:.2}");
    }
    assert!(luminance(16) < 0.001 && luminance(231) > 0.999, "of black and white themselves");
}

#[test]
fn no_colour_is_twice_in_the_palette() {
    let mut colours = PALETTE.to_vec();
    colours.sort_unstable();
    colours.dedup();
    assert_eq!(colours.len(), PALETTE.len());
}

/// The 6 × 6 × 6 colours from 16 on, as xterm has them.
fn luminance(colour: u8) -> f64 {
    let cube = colour.checked_sub(16).filter(|cube| *cube < 216).unwrap();
    let part = |step: u8| {
        let value = [0.0, 95.0, 135.0, 175.0, 215.0, 255.0][usize::from(cube / step % 6)] / 255.0;
        if value <= 0.04045 { value / 12.92 } else { f64::powf((value + 0.055) / 1.055, 2.4) }
    };
    0.2126 * part(36) + 0.7152 * part(6) + 0.0722 * part(1)
}

/// So that a person has the same colour tomorrow, and in the next version.
#[test]
fn a_nickname_keeps_its_colour_for_ever() {
    let colours = ["Jacob", "JACOB", "Meghana", "Kaushik", "José", "Jose\u{301}", "太郎"]
        .map(|nick| format!("{nick} {:?}", Style::of_nick(nick)));
    insta::assert_snapshot!(colours.join("\n"), @"
        Jacob Nick(100)
        JACOB Nick(100)
        Meghana Nick(169)
        Kaushik Nick(166)
        José Nick(136)
        José Nick(136)
        太郎 Nick(166)
    ");
}

#[test]
fn nicknames_are_spread_over_all_colours() {
    let mut uses = [0; 256];
    for number in 0..1600 {
        let Style::Nick(colour) = Style::of_nick(&format!("member{number}")) else { panic!() };
        uses[usize::from(colour)] += 1;
    }
    for colour in PALETTE {
        let uses = uses[usize::from(colour)];
        assert!((50..200).contains(&uses), "{colour} has {uses} of 1600");
    }
}

#[test]
fn each_style_is_begun_and_ended_and_plain_text_has_none() {
    let row = Row::default()
        .with(Style::Dim, "10:11 ")
        .with(Style::Nick(160), "Jacob")
        .with(Style::Plain, ": hi ")
        .with(Style::Mention, "Ann")
        .with(Style::Strong, "!")
        .with(Style::Strong, "");
    insta::assert_snapshot!(row.ansi(true).escape_debug(), @r"\u{1b}[2m10:11 \u{1b}[0m\u{1b}[38;5;160mJacob\u{1b}[0m: hi \u{1b}[1;7mAnn\u{1b}[0m\u{1b}[1m!\u{1b}[0m");
    assert_eq!(row.ansi(false), "10:11 Jacob: hi Ann!");
}
