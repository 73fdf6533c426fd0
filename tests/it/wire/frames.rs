//! The invariants of the frame parser, whatever comes in. Shared by the properties, the corpus and
//! the fuzz target.

use chatroom::wire::frame::{Decoder, Frame};

use crate::reference_frames::{lines, without_telnet};

/// A small limit, so that short inputs pass it.
const LIMIT: usize = 16;

/// Reads an input as how many cuts there are, the cuts, and the bytes.
pub(crate) fn check_input(input: &[u8]) {
    let Some((&count, rest)) = input.split_first() else { return };
    let (cuts, bytes) = rest.split_at(rest.len().min(usize::from(count % 8)));
    check(bytes, cuts);
}

/// Splits the bytes at once, one by one, and as `cuts` says (the lengths of the pieces, again and
/// again), and panics where the frames differ from each other or from what a reference reader finds.
pub(crate) fn check(bytes: &[u8], cuts: &[u8]) {
    let whole = frames(bytes, [bytes.len().max(1)].into_iter());
    assert_eq!(whole, reference(bytes), "as a reference reader");
    assert_eq!(whole, frames(bytes, std::iter::repeat(1)), "byte by byte");
    if !cuts.is_empty() {
        let cuts = cuts.iter().cycle().map(|&cut| usize::from(cut) + 1);
        assert_eq!(whole, frames(bytes, cuts), "in pieces");
    }
}

/// The frames of these pieces; `None` is one that was too long.
fn frames(bytes: &[u8], cuts: impl Iterator<Item = usize>) -> Vec<Option<Vec<u8>>> {
    let mut decoder = Decoder::new(LIMIT);
    let mut found = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (chunk, after) = rest.split_at(cut.min(rest.len()));
        decoder.push(chunk);
        drain(&mut decoder, &mut found);
        assert!(decoder.held().len() <= LIMIT + 1, "no more than an unfinished frame is held");
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    decoder.finish();
    drain(&mut decoder, &mut found);
    assert!(decoder.held().is_empty());
    found
}

fn drain(decoder: &mut Decoder, found: &mut Vec<Option<Vec<u8>>>) {
    loop {
        let ready = decoder.has_frame();
        let frame = decoder.next_frame();
        assert_eq!(ready, frame.is_some(), "what is announced comes");
        match frame {
            None => return,
            Some(Frame::TooLong) => found.push(None),
            Some(Frame::Text(text)) => {
                assert!(!text.is_empty() && text.len() <= LIMIT && !text.contains(&b'\n'));
                found.push(Some(text.to_vec()));
            }
        }
    }
}

/// The same, slowly and obviously.
fn reference(bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let text: Vec<u8> = without_telnet(bytes).into_iter().map(|(_, byte)| byte).collect();
    lines(&text, LIMIT)
}
