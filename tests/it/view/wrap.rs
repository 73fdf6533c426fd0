//! Rows on a screen of some width, drawn as text between its edges; and what holds for any of them.

use std::fmt::Write;

use chatroom::Millis;
use chatroom::shell::client::terminal::painting;
use chatroom::view::{LocalTime, PALETTE, Row, Style, Time, View, ViewOptions, wrap};
use chatroom::wire::sanitize;
use quickcheck::{Arbitrary, Gen};
use quickcheck_macros::quickcheck;
use rustyline::GraphemeClusterMode;
use unicode_segmentation::UnicodeSegmentation;

use super::marked;
use super::safety::check;

/// A line at eleven past ten, as Ann sees it.
fn row(time: Time, line: &str) -> Row {
    let mut view = View::new(ViewOptions { time, ..ViewOptions::default() });
    let (hour, minute, second) = (10, 11, 12);
    let at = LocalTime { year: 2026, month: 11, day: 22, hour, minute, second, offset: 60 };
    view.show(Millis::ZERO, at, Some("Ann"), &line.into()).rows.remove(0)
}

fn texts(row: &Row, columns: u16) -> Vec<String> {
    wrap(row, columns).iter().map(Row::text).collect()
}

/// The screen, with what is between its edges.
fn drawn(row: &Row, columns: u16) -> String {
    let mut drawn = format!("{columns}\n");
    for text in texts(row, columns) {
        let pad = " ".repeat(usize::from(columns).saturating_sub(widest(&text)));
        writeln!(drawn, "|{text}{pad}|").unwrap();
    }
    drawn
}

fn drawn_at(widths: &[u16], time: Time, line: &str) -> String {
    let row = row(time, line);
    widths.iter().map(|columns| drawn(&row, *columns)).collect()
}

/// The most columns that the line editor takes a text for, in any terminal.
fn widest(text: &str) -> usize {
    let modes =
        [GraphemeClusterMode::Unicode, GraphemeClusterMode::WcWidth, GraphemeClusterMode::NoZwj];
    let widest = |cluster| modes.map(|mode| usize::from(mode.width(cluster))).into_iter().max();
    text.graphemes(true).filter_map(widest).sum()
}

#[test]
fn a_row_is_broken_at_white_space_and_goes_on_further_in() {
    let line = "Jacob: the quick brown  fox jumps over the lazy dog";
    insta::assert_snapshot!(drawn_at(&[60, 40, 10], Time::Short, line));
}

#[test]
fn on_the_narrowest_screens_there_is_no_indent() {
    insta::assert_snapshot!(drawn_at(&[4, 3, 2, 1], Time::Off, "Al: hey you"));
}

#[test]
fn continued_row_is_behind_the_time_on_two_thirds_of_the_screen() {
    let line = "Jacob: the quick brown fox jumps over the lazy dog, and over another dog";
    let drawn =
        [Time::Off, Time::Short, Time::Full].map(|time| drawn_at(&[66, 24], time, line)).concat();
    insta::assert_snapshot!(drawn);
}

#[test]
fn fitting_text_is_one_row_and_leaves_the_last_column_empty() {
    let row = row(Time::Short, "Jacob: hi  Ann ");
    assert_eq!(row.text().len(), 21);
    assert_eq!(texts(&row, 22), ["10:11 Jacob: hi  Ann "]);
    assert_eq!(texts(&row, 21), ["10:11 Jacob: hi  Ann"], "white space at the end takes no row");
    assert_eq!(texts(&row, 20), ["10:11 Jacob: hi", "      Ann "]);
    assert_eq!(texts(&Row::default(), 20), [""]);
}

#[test]
fn where_the_width_is_not_known_a_row_is_as_it_is() {
    let row = row(Time::Short, &format!("Jacob: {}\tx", "word ".repeat(100)));
    assert_eq!(wrap(&row, 0), [row]);
}

#[test]
fn a_word_that_fits_a_row_is_whole_so_that_it_can_be_copied() {
    let address = "https://chat.example/what/somebody/read";
    let row = row(Time::Short, &format!("Jacob: look, that is {address}, or so"));
    for columns in 50..=100 {
        let texts = texts(&row, columns);
        assert!(texts.iter().any(|text| text.contains(address)), "{columns}: {texts:#?}");
    }
}

#[test]
fn a_word_that_fits_no_row_is_broken_where_rows_end() {
    let line = format!("Jacob: look, {} or so", "https://chat.example/".repeat(4));
    insta::assert_snapshot!(drawn_at(&[40, 20], Time::Short, &line));
}

#[test]
fn spaces_that_are_to_keep_words_together_do() {
    let row = row(Time::Off, "Jacob: about 100\u{a0}000\u{202f}km");
    assert_eq!(texts(&row, 20), ["Jacob: about", "  100\u{a0}000\u{202f}km"]);
}

#[test]
fn tabs_are_spaces_up_to_where_the_screen_has_its_stops() {
    insta::assert_snapshot!(drawn_at(&[40, 20, 10], Time::Short, "Jacob: a\tb\tc\t\td\te"));
}

#[test]
fn characters_of_several_parts_and_wide_ones_are_never_split() {
    let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    let line =
        format!("太郎: 宽字符宽字符宽 e\u{301}a\u{308}o\u{304} {family}{family} \u{2764}\u{fe0f}x");
    insta::assert_snapshot!(drawn_at(&[40, 10, 3, 2, 1], Time::Off, &line));
}

#[test]
fn text_from_right_to_left_is_broken_as_it_is_read() {
    let row = row(Time::Off, "Юлия: שלום עולם مرحبا بالعالم");
    assert_eq!(texts(&row, 40), ["Юлия: שלום עולם مرحبا بالعالم"]);
    assert_eq!(texts(&row, 20), ["Юлия: שלום עולם", "  مرحبا بالعالم"]);
}

#[test]
fn styles_go_on_below() {
    let line = "Jacob: Ann, are you still there, Ann?";
    let rows = |columns| {
        let rows = wrap(&row(Time::Short, line), columns);
        rows.iter().map(|row| marked(row) + "\n").collect::<String>()
    };
    insta::assert_snapshot!(rows(100) + &rows(20) + &rows(9));
    let mut view = View::new(ViewOptions::default());
    let told = view.tell(LocalTime::default(), "the connection was lost").remove(0);
    assert_eq!(wrap(&told, 20)[1].ansi(true), "      \x1b[1mconnection\x1b[0m");
}

/// Any padding, to any width, is judged by what a terminal shows, not only by what it is sent.
#[test]
fn a_padded_line_cannot_look_like_another_members() {
    for time in [Time::Off, Time::Short] {
        for pad in [" ", "\t", ".", "-", "x ", "\u{a0}", "\u{3000}", "宽", "e\u{301}", "ש"] {
            for length in 1..=40 {
                let row = row(time, &format!("Eve: hi{}10:11 Bob: I quit", pad.repeat(length)));
                for columns in [3, 4, 10, 20, 40] {
                    let shown = shown(&row, columns);
                    let forged = shown.iter().skip(1).find(|row| !row.starts_with(' '));
                    assert_eq!(forged, None, "{columns}: {shown:#?}");
                }
            }
        }
    }
    let line = format!("Eve: hi{}10:11 Bob: I quit", ".".repeat(28));
    insta::assert_snapshot!(drawn_at(&[42, 12], Time::Short, &line));
}

/// The rows that a terminal shows that is sent these.
fn shown(row: &Row, columns: u16) -> Vec<String> {
    let sent: Vec<_> = wrap(row, columns).iter().map(|row| row.ansi(true)).collect();
    let mut terminal = vt100::Parser::new(150, columns, 0);
    terminal.process(sent.join("\r\n").as_bytes());
    let rows = terminal.screen().cursor_position().0 + 1;
    terminal.screen().rows(0, columns).take(rows.into()).collect()
}

/// A soft hyphen takes a column in xterm, the Hangul filler two almost everywhere.
#[test]
fn character_of_no_width_by_the_tables_counts_as_wide() {
    for pad in ["\u{ad}", "\u{200b}", "\u{3164}", "\u{ffa0}"] {
        let row = row(Time::Off, &format!("Eve: {}Bob: I quit", pad.repeat(40)));
        for (at, text) in texts(&row, 25).iter().enumerate() {
            let most = if at == 0 { (24 - 5) / 2 } else { (24 - 2) / 2 };
            assert!(text.matches(pad).count() <= most, "{pad:?}: {text:?}");
        }
    }
}

#[test]
fn text_counts_as_what_the_widest_terminal_makes_of_it() {
    let (family, waving) = ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "\u{1f44b}\u{1f3ff}");
    for (text, columns) in [
        ("10:11 ", 6),
        ("宽字符", 6),
        ("e\u{301}", 1),
        (family, 6),
        (waving, 4),
        ("\u{2764}\u{fe0f}", 2),
        ("\u{2764}\u{fe0f}\u{200d}\u{1f525}", 4),
        ("\u{ad}", 2),
        ("\u{1160}\u{1160}\u{1160}", 6),
        ("", 0),
    ] {
        assert_eq!(Row::behind(Style::Plain, text).front(), columns, "{text}");
    }
}

/// A syllable may have any number of leading consonants, each as wide as a syllable.
#[test]
fn a_character_that_fits_no_row_stands_by_itself() {
    let endless = "\u{1100}".repeat(20) + "\u{1161}";
    let row = row(Time::Off, &format!("Eve: a{endless}: I quit"));
    assert_eq!(texts(&row, 20), ["Eve: a", &format!("  {endless}"), "  : I quit"]);
}

/// Any pieces, in any style, at any width.
#[quickcheck]
fn any_row_is_whole_on_any_screen(any: Any, columns: u16) {
    let (row, columns) = (any.row(), 1 + columns % 500);
    let rows = wrap(&row, columns);
    rows.iter().for_each(check);
    let said: Vec<_> = rows.iter().flat_map(letters).collect();
    assert_eq!(said, letters_of_characters(&row), "nothing but white space is lost, and no style");
    let indent = (row.front() + 2).min(usize::from(columns) / 3);
    for (at, row) in rows.iter().enumerate() {
        let text = row.text();
        let (front, rest) = text.split_at(if at == 0 { 0 } else { indent });
        assert!(front.chars().all(|c| c == ' '), "{columns}: {text:?}");
        assert!(!text.contains('\t'));
        let alone = rest.graphemes(true).count() == 1;
        assert!(widest(&text) < usize::from(columns) || alone, "{columns}: {text:?}");
        // The line editor, which counts as this terminal does, sees no break that is not ours.
        assert!(painting::rows(&text, columns) == 1 || alone, "{columns}: {text:?}");
        let first = rest.graphemes(true).next();
        assert!(at == 0 || first.is_some_and(|it| it != " "), "{columns}: {text:?}");
    }
}

/// All that is not white space, with its style.
fn letters(row: &Row) -> Vec<(char, Style)> {
    let each = row.spans().iter().flat_map(|it| it.text().chars().map(|c| (c, it.style())));
    each.filter(|(c, _)| !c.is_whitespace()).collect()
}

/// The same, where a character of several parts is in the style of the first.
fn letters_of_characters(row: &Row) -> Vec<(char, Style)> {
    let styles = row.spans().iter().flat_map(|it| it.text().bytes().map(|_| it.style()));
    let (text, styles): (_, Vec<_>) = (row.text(), styles.collect());
    let clusters = text.grapheme_indices(true);
    let each = clusters.flat_map(|(at, cluster)| cluster.chars().map(move |c| (c, at)));
    each.filter(|(c, _)| !c.is_whitespace()).map(|(c, at)| (c, styles[at])).collect()
}

/// A row of pieces whose width is hard to tell.
#[derive(Clone, Debug)]
struct Any {
    front: &'static str,
    said: Vec<(Style, String)>,
}

impl Any {
    fn row(&self) -> Row {
        let row = Row::behind(Style::Dim, self.front);
        self.said.iter().fold(row, |row, (style, text)| row.with(*style, text))
    }
}

impl Arbitrary for Any {
    fn arbitrary(g: &mut Gen) -> Self {
        let chunks = [
            " ",
            "  ",
            "\t",
            "\u{a0}",
            "\u{3000}",
            "a",
            "word",
            "10:11 Bob: I quit",
            "https://chat.example/somewhere/in/it",
            "宽字符",
            "한국어",
            "\u{1112}\u{1161}\u{11ab}",
            "שלום",
            "مرحبا",
            "न\u{94d}\u{928}\u{93f}",
            "e\u{301}",
            "\u{301}",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f44b}\u{1f3ff}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "\u{1f1e9}\u{1f1ea}",
            "1\u{fe0f}\u{20e3}",
            "\u{ad}",
            "\u{200b}",
            "\u{3164}",
            "\u{200d}",
        ];
        let styles =
            [Style::Plain, Style::Dim, Style::Strong, Style::Mention, Style::Nick(PALETTE[0])];
        let front = g.choose(&["", "10:11 ", "2026-11-22 10:11:12 "]).unwrap();
        let said = (0..u8::arbitrary(g) % 8).map(|_| {
            let text: String = match u8::arbitrary(g) % 8 {
                0 => sanitize::text(String::arbitrary(g).as_bytes()),
                1 => g.choose(&chunks).unwrap().repeat(usize::from(u8::arbitrary(g))),
                _ => (0..u8::arbitrary(g) % 16).map(|_| *g.choose(&chunks).unwrap()).collect(),
            };
            (*g.choose(&styles).unwrap(), text)
        });
        Self { front, said: said.collect() }
    }

    /// Without a piece, or with one half of it.
    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        let mut smaller = Vec::new();
        for at in 0..self.said.len() {
            let mut without = self.clone();
            let (style, text) = without.said.remove(at);
            smaller.push(without.clone());
            let letters: Vec<_> = text.chars().collect();
            let (first, second) = letters.split_at(letters.len() / 2);
            for half in [first, second].into_iter().filter(|half| half.len() < letters.len()) {
                let mut shorter = without.clone();
                shorter.said.insert(at, (style, half.iter().collect()));
                smaller.push(shorter);
            }
        }
        Box::new(smaller.into_iter())
    }
}
