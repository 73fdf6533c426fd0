//! The lines of a peer that does not end its lines, read slowly and obviously.

/// The nickname of a peer that does not end its lines, and what it said at once.
pub(super) fn unframed_answer(held: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let begin = held.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    let answer = &held[begin..];
    let colon = answer.windows(2).position(|two| two == b": ").unwrap_or(0);
    let (name, again) = answer[..colon].split_at(colon / 2);
    let end = if name == again && colon > 0 { colon / 2 } else { answer.len() };
    (answer[..end].to_vec(), answer[end..].to_vec())
}

/// Returns true if the prefix is cut in two. Behind a message that is skipped already it is not
/// found then, but whether that is so is a matter of turns.
pub(super) fn is_cut(begun: &[u8], text: &[u8], prefix: &[u8]) -> bool {
    (1..prefix.len()).any(|at| begun.ends_with(&prefix[..at]) && text.starts_with(&prefix[at..]))
}

/// The messages of one read, each of which may have the prefix.
pub(super) fn chunks(read: &[u8], prefix: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = vec![Vec::new()];
    let mut rest = read.strip_prefix(prefix).unwrap_or(read);
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(prefix) {
            chunks.push(Vec::new());
            rest = after;
        } else {
            let byte = if byte == b'\n' { b' ' } else { byte };
            chunks.last_mut().unwrap().push(byte);
            rest = after;
        }
    }
    chunks
}
