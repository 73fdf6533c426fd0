//! The reading of an input: a byte of flags, a byte that says how many cuts there are, the cuts of
//! two bytes each, and all that the peer sends. The cuts say how that is split into reads, again
//! and again, and what happens after each read.

use std::iter;

use chatroom::{Ending, limits};

pub(crate) struct Plan<'a> {
    flags: u8,
    cuts: Vec<Cut>,
    bytes: &'a [u8],
}

/// A cut: the length of a read, and the next event.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    /// So many bytes; 0 is up to and with the next LF; the six highest repeat something.
    pub(crate) length: u8,
    pub(crate) then: Then,
}

/// The next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Nothing,
    /// This many milliseconds pass.
    Time(u64),
    /// An honest person speaks.
    Speaks(Speech),
    /// The peer's connection ends.
    Ends(Ending),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    AnnSays,
    AnnActs,
    AnnTellsBob,
    BobSays,
    BobAsksWhoIsHere,
    BobTellsMallory,
}

/// By their numbers in an input.
pub(crate) const THEN: [Then; 16] = [
    Then::Nothing,
    Then::Nothing,
    Then::Time(50),
    Then::Time(250),
    Then::Time(1000),
    Then::Time(30_000),
    Then::Speaks(Speech::AnnSays),
    Then::Speaks(Speech::AnnActs),
    Then::Speaks(Speech::AnnTellsBob),
    Then::Speaks(Speech::BobSays),
    Then::Speaks(Speech::BobAsksWhoIsHere),
    Then::Speaks(Speech::BobTellsMallory),
    Then::Ends(Ending::Finished),
    Then::Ends(Ending::Gone),
    Then::Ends(Ending::Lost),
    Then::Ends(Ending::TooSlow),
];

/// Uncut bytes are one read.
const WHOLE: Cut = Cut { length: 0, then: Then::Nothing };

/// The most bytes that an input is, with all repetitions.
const MOST_BYTES: usize = limits::READ_BYTES + 4 * limits::FRAME_BYTES;

impl<'a> Plan<'a> {
    pub(crate) fn read(input: &'a [u8]) -> Option<Self> {
        let (&[flags, count], rest) = input.split_first_chunk()?;
        let (cuts, bytes) = rest.split_at(rest.len().min(2 * usize::from(count)));
        let cut = |cut: &[u8; 2]| Cut { length: cut[0], then: THEN[usize::from(cut[1] % 16)] };
        Some(Self { flags, cuts: cuts.as_chunks().0.iter().map(cut).collect(), bytes })
    }

    /// Returns one of the eight flags.
    pub(crate) fn flag(&self, number: u8) -> bool {
        self.flags >> number & 1 == 1
    }

    /// The peer's end after all: by itself, or with the room.
    pub(crate) fn end(&self) -> Option<Ending> {
        let endings = [Ending::Finished, Ending::Gone, Ending::Lost, Ending::TooSlow];
        (!self.flag(7)).then(|| endings[usize::from(self.flags >> 5 & 3)])
    }

    /// The bytes of each read, and the cut behind it.
    pub(crate) fn reads(&self) -> impl Iterator<Item = (Vec<u8>, Cut)> {
        let mut cuts = self.cuts.iter().copied().cycle();
        let mut rest = self.bytes;
        let mut most = MOST_BYTES;
        iter::from_fn(move || {
            let cut = cuts.next().unwrap_or(WHOLE);
            let (length, times) = measure(cut.length, rest);
            let (chunk, after) = rest.split_at_checked(length).filter(|_| length > 0)?;
            rest = after;
            let fit = (limits::READ_BYTES.min(most) / length).max(1);
            let read = chunk.repeat(times.min(fit));
            most = most.saturating_sub(read.len());
            Some((read, cut))
        })
    }
}

/// The number of these bytes that a read takes, and of their repetitions in it.
fn measure(length: u8, rest: &[u8]) -> (usize, usize) {
    let line = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
    let (length, times) = match length {
        0 => (line, 1),
        250 => (1, limits::FRAME_BYTES - 1),
        251 => (1, limits::FRAME_BYTES),
        252 => (1, limits::FRAME_BYTES + 1),
        253 => (1, limits::READ_BYTES),
        254 => (line, 30),
        255 => (line, 300),
        length => (usize::from(length), 1),
    };
    (length.min(rest.len()), times)
}
