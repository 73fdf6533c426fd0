//! The text that may leave the room.

/// Text without anything that a terminal obeys, other than LF and TAB.
pub(crate) fn clean(text: &[u8]) -> &str {
    let text = str::from_utf8(text).expect("all that is sent is UTF-8");
    for c in text.chars() {
        let obeyed = c.is_control() && !matches!(c, '\n' | '\t');
        let line_break = matches!(c, '\u{2028}' | '\u{2029}');
        let bidirectional = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!obeyed && !line_break && !bidirectional, "{c:?} leaves the room");
    }
    text
}
