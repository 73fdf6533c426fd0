//! Nicknames of those whose connection was lost, kept for them for a while.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use sha2::{Digest, Sha256};

use crate::room::event::Millis;
use crate::wire::sanitize::quoted;

/// The SHA-256 of a token that only one person knows. `Display` gives 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Returns the hash of this token.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut hash = [0; 32];
        if pairs.len() != hash.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()?;
        }
        Some(Self(hash))
    }
}

/// Reads what `Display` writes.
impl FromStr for TokenHash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("{} is no hash", quoted(text)))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// For whom a nickname is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// From where its connection came.
    pub address: IpAddr,
    /// Only the token with this hash opens the nickname, if its owner set one.
    pub hash: Option<TokenHash>,
}

impl Owner {
    /// Returns true if a peer from this address that knows the token with this hash is the owner.
    #[must_use]
    pub fn is(&self, address: IpAddr, token: Option<TokenHash>) -> bool {
        match self.hash {
            Some(hash) => token == Some(hash),
            None => self.address == address,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        match self.hash {
            Some(hash) => write!(f, " with {hash}"),
            None => Ok(()),
        }
    }
}

/// Reads what `Display` writes.
impl FromStr for Owner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, hash) = match text.split_once(" with ") {
            Some((address, hash)) => (address, Some(TokenHash::parse(hash))),
            None => (text, None),
        };
        let owner = match (address.parse(), hash) {
            (Ok(address), None) => Some(Self { address, hash: None }),
            (Ok(address), Some(Some(hash))) => Some(Self { address, hash: Some(hash) }),
            (Err(_), _) | (Ok(_), Some(None)) => None,
        };
        owner.ok_or_else(|| format!("{} is no owner, such as 192.0.2.7", quoted(text)))
    }
}

/// A nickname that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reservation {
    pub(crate) owner: Owner,
    pub(crate) until: Millis,
}

/// The nicknames that are kept, by their numbers in the roster; the oldest ends first, since all are
/// kept for the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reservations {
    kept: BTreeMap<u64, Reservation>,
}

impl Reservations {
    pub(crate) fn add(&mut self, number: u64, reservation: Reservation) {
        self.kept.insert(number, reservation);
    }

    pub(crate) fn owner(&self, number: u64) -> Option<&Owner> {
        self.kept.get(&number).map(|reservation| &reservation.owner)
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Reservation> {
        self.kept.remove(&number)
    }

    /// Returns the number of them.
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// All of them, the oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Reservation)> {
        self.kept.iter().map(|(number, reservation)| (*number, reservation))
    }

    /// Returns the time at which the oldest ends.
    pub(crate) fn poll_timeout(&self) -> Option<Millis> {
        self.kept.values().next().map(|reservation| reservation.until)
    }
}

/// The hash of this token, if it is written in ASCII without blanks. It may be of any length: of the hash
/// that its owner set, none can be told.
pub(crate) fn spent(token: &str) -> Option<TokenHash> {
    let written = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    written.then(|| TokenHash::of(token))
}
