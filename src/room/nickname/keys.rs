//! The look of a nickname: what tells it apart from another.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};
use unicode_security::skeleton;

use super::letters::is_mark;
use super::parts::in_parts;

/// The keys of a nickname: two nicknames are the same where they share a key. There are three,
/// or six, each at most a few hundred bytes.
///
/// Confusable skeletons (Unicode TS 39, section 4), of a name in its parts, know no case, and no single
/// one serves: `Ian` and
/// `lan` look alike as they stand, `IAN` and `ian` only in small letters, and Cyrillic `ТОМ` looks
/// like `tom` only in capitals. So a name has a key for each, compared without case.
///
/// A skeleton is of the characters in the order in which a screen shows them (the bidirectional skeleton,
/// `bidiSkeleton` there): `א1` and `1א` are two spellings of one look. Some terminals lay out every line
/// from left to right, others a line by its first letter. So a name that these show differently has the
/// keys of both orders, and is the same as another where either order of the one is either order of the
/// other: people tell each other what they have seen. Nothing that a nickname may hold is mirrored.
pub type Keys = Vec<String>;

/// The keys of this name, those of its own direction first.
pub(super) fn keys(name: &str) -> Keys {
    if is_left_to_right_anywhere(name) {
        return skeletons(name).into();
    }
    let own = is_right_to_left(name);
    let [first, second] = [own, !own].map(|right_to_left| shown(name, right_to_left));
    let mut keys = Keys::from(skeletons(&first));
    if second != first {
        keys.extend(skeletons(&second));
    }
    keys
}

/// The keys of its own direction alone. Digits behind the name stand in front of each, or behind it.
pub(super) fn own_keys(name: &str) -> [String; 3] {
    skeletons(&shown(name, is_right_to_left(name)))
}

/// Returns true if nothing in it can be moved: no letter is read from right to left, and both ends
/// stand fast.
fn is_left_to_right_anywhere(name: &str) -> bool {
    let mut classes = name.chars().map(bidi_class).filter(|class| *class != BidiClass::NSM);
    let first = classes.next();
    let last = classes.clone().next_back().or(first);
    first == Some(BidiClass::L)
        && matches!(last, Some(BidiClass::L | BidiClass::EN))
        && !classes.any(|class| matches!(class, BidiClass::R | BidiClass::AL | BidiClass::AN))
}

/// Returns true if a letter in it is read from right to left.
pub(super) fn is_right_to_left(name: &str) -> bool {
    name.chars().any(is_of_the_right)
}

/// Returns true if this is a letter that is read from right to left.
pub(super) fn is_of_the_right(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL)
}

fn skeletons(shown: &str) -> [String; 3] {
    // Through capitals, so that letters with more than one small form, or none, have one.
    let upper = shown.to_uppercase();
    [shown, &upper.to_lowercase(), &upper].map(|name| {
        skeleton(&in_parts(name)).collect::<String>().to_lowercase().replace(DOTTED_I, "i")
    })
}

/// A capital I with a dot, in small letters: an i, which has one anyway.
const DOTTED_I: &str = "i\u{307}";

/// The characters in the order in which a screen shows them, from left to right, each with its marks
/// behind it, in a line of this direction (UAX 9, up to rule L3).
fn shown(name: &str, right_to_left: bool) -> String {
    if name.is_ascii() && !right_to_left {
        return name.to_string();
    }
    let level = if right_to_left { Level::rtl() } else { Level::ltr() };
    let info = BidiInfo::new(name, Some(level));
    let Some(line) = info.paragraphs.first() else { return String::new() };
    let (levels, runs) = info.visual_runs(line, line.range.clone());
    let mut shown = String::with_capacity(name.len());
    for run in runs {
        let reversed = levels.get(run.start).is_some_and(Level::is_rtl);
        let run = name.get(run).unwrap_or_default();
        if reversed { push_reversed(run, &mut shown) } else { shown.push_str(run) }
    }
    shown
}

fn push_reversed(run: &str, shown: &mut String) {
    let mut end = run.len();
    for (at, c) in run.char_indices().rev() {
        if at == 0 || !is_mark(c) {
            shown.push_str(run.get(at..end).unwrap_or_default());
            end = at;
        }
    }
}
