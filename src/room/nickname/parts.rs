//! Letters and vowel signs that fonts draw as their parts, though neither canonical decomposition nor
//! the confusables of UTS 39 say so.

use alloc::string::String;
use alloc::vec::Vec;

use super::letters::is_mark;

/// The parts of a character. Most are the spellings that the Unicode standard tells nobody to use (chapters
/// 12 and 13, tables of vowel letters); the confusables have many others, and the script that Kannada
/// signs become here.
const fn parts(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{94a}' => "\u{93e}\u{946}",
        '\u{94b}' => "\u{93e}\u{947}",
        '\u{94c}' => "\u{93e}\u{948}",
        '\u{94f}' => "\u{93e}\u{956}",
        '\u{976}' => "\u{905}\u{956}",
        '\u{977}' => "\u{905}\u{957}",
        '\u{9e1}' => "\u{98c}\u{9e2}",
        '\u{a13}' => "\u{a73}\u{a4b}",
        '\u{ac9}' => "\u{abe}\u{ac5}",
        '\u{acb}' => "\u{abe}\u{ac7}",
        '\u{acc}' => "\u{abe}\u{ac8}",
        '\u{b10}' => "\u{b0f}\u{b57}",
        '\u{b14}' => "\u{b13}\u{b57}",
        '\u{c40}' => "\u{c3f}\u{c55}",
        '\u{c47}' => "\u{c46}\u{c55}",
        '\u{c4b}' => "\u{c4a}\u{c55}",
        '\u{ccc}' => "\u{c4c}",
        '\u{cd5}' => "\u{c55}",
        '\u{ce0}' => "\u{c8b}\u{cbe}",
        '\u{d10}' => "\u{d0e}\u{d46}",
        '\u{d86}' => "\u{d85}\u{dcf}",
        '\u{d87}' => "\u{d85}\u{dd0}",
        '\u{d88}' => "\u{d85}\u{dd1}",
        '\u{d8c}' => "\u{d8b}\u{ddf}",
        '\u{d8e}' => "\u{d8d}\u{dd8}",
        '\u{d90}' => "\u{d8f}\u{ddf}",
        '\u{d96}' => "\u{d94}\u{ddf}",
        '\u{1009}' => "\u{1025}",
        _ => return None,
    })
}

/// The name with such characters in parts, and with the marks of each letter in one order: a tone before
/// a vowel sign is drawn as one behind it.
pub(super) fn in_parts(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    if name.is_ascii() {
        out.push_str(name);
        return out;
    }
    let mut marks = Vec::new();
    let mut utf8 = [0; 4];
    for c in name.chars() {
        for part in parts(c).unwrap_or(c.encode_utf8(&mut utf8)).chars() {
            if is_mark(part) {
                marks.push(part);
                continue;
            }
            marks.sort_unstable();
            out.extend(marks.drain(..));
            out.push(part);
        }
    }
    marks.sort_unstable();
    out.extend(marks);
    out
}
