//! Typed text, painted in as many columns as the line editor counts.

use chatroom::shell::client::terminal::painting::{COUNTED, Pen, changes, rows};
use quickcheck_macros::quickcheck;

fn painted(text: &str) -> String {
    Pen::new(80).paints(text)
}

#[test]
fn each_character_takes_as_many_columns_as_it_counts() {
    for character in ('\0'..=char::MAX).filter(|it| !"\t\n\x1b".contains(*it)) {
        let text = String::from(character);
        let painted = painted(&text);
        assert_eq!(COUNTED.width(&painted), COUNTED.width(&text), "{character:?}");
        let obeyed = |it: char| it.is_control() || ('\u{2028}'..='\u{202e}').contains(&it);
        assert!(!painted.contains(obeyed), "{character:?}");
    }
}

#[test]
fn letters_that_would_join_stand_apart() {
    assert_eq!(painted("\u{1f469}\u{200d}\u{1f680}"), "\u{1f469}\u{1f680}");
    assert_eq!(painted("\u{1f44b}\u{1f3ff}!"), "\u{1f44b}  !");
    assert_eq!(painted("\u{2764}\u{fe0f}1\u{fe0f}\u{20e3}"), "\u{2764}1\u{20e3}");
    // Of letters, it is how they are written.
    for text in ["\u{915}\u{94d}\u{200d}\u{937}", "e\u{301}", "宽字符", "שלום", ""] {
        assert_eq!(painted(text), text);
        assert!(!changes(text));
    }
}

#[test]
fn word_that_does_not_fit_begins_another_row() {
    let mut pen = Pen::new(10);
    assert_eq!(pen.paints("ann> "), "ann> ");
    // Six columns.
    let family = "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}";
    assert_eq!(pen.paints(family), "     \u{1f469}\u{1f469}\u{1f467}");
    assert_eq!(pen.paints("\t|\n\t|"), "  |\n        |");
    // It fits none; the editor leaves one row to itself, and another one to it.
    assert_eq!(Pen::new(5).paints(family), " ".repeat(10));
    assert_eq!(rows(family, 5), 2);
}

#[quickcheck]
fn painted_text_takes_as_many_rows(text: String, columns: u16) {
    let columns = 16 + columns % 100;
    let painted = Pen::new(columns).paints(&text);
    assert_eq!(rows(&painted, columns), rows(&text, columns), "{columns}: {text:?} {painted:?}");
}
