//! Text compared without case and without regard to how accents are spelled: what mentions,
//! completion and colours go by.

use alloc::vec::Vec;

use unicode_normalization::char::decompose_canonical;

/// Each character of `text` as it is compared, with the byte where it stands in `text`. One character
/// can be several.
///
/// Decomposed, so that `é` is `é` however it is encoded; through capitals, so that letters with more
/// than one small form, such as the final sigma, have one.
#[must_use]
pub fn caseless(text: &str) -> Vec<(usize, char)> {
    let mut folded = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        decompose_canonical(c, |c| {
            for c in c.to_uppercase().flat_map(char::to_lowercase) {
                decompose_canonical(c, |c| folded.push((at, c)));
            }
        });
    }
    folded
}

/// Returns true if the two are the same but for case.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other) = (caseless(one), caseless(other));
    one.iter().map(|(_, c)| c).eq(other.iter().map(|(_, c)| c))
}

/// Returns true if `text` begins so, but for case.
#[must_use]
pub fn starts_with(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (caseless(text), caseless(prefix));
    text.len() >= prefix.len() && text.iter().zip(&prefix).all(|(one, other)| one.1 == other.1)
}
