//! The options of the view: by flags, in the config file, with `/set`.

use core::fmt;

/// A choice among words, for a person, a flag and a file. `Display` and `FromStr` are inverse.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All choices, as they are written.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::view::NoChoice;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::view::NoChoice(Self::WORDS)),
                }
            }
        }

        #[cfg(feature = "client")]
        impl clap::ValueEnum for $name {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$variant),+]
            }

            fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
                Some(match self { $(Self::$variant => $word),+ }.into())
            }
        }
    };
}

#[cfg(feature = "client")]
pub(crate) use choice;

choice! {
    /// The time in front of a row.
    Time {
        /// Nothing; there are no day rows either.
        Off = "off",
        /// `10:11`; where the day changes, there is a row with it.
        #[default]
        Short = "short",
        /// `2026-11-22 10:11:12`.
        Full = "full",
    }
}

choice! {
    /// The joins and leaves that are shown. Renames always are.
    PresenceShown {
        /// Nothing.
        Off = "off",
        /// Each by itself, but bursts as one row: `12 people joined, 3 left`.
        #[default]
        Fold = "fold",
        /// Each by itself.
        All = "all",
    }
}

choice! {
    /// The lines for which the bell rings: never one's own, and at most one a
    /// [while](crate::limits::BELL_PAUSE).
    Bell {
        /// Nothing.
        Off = "off",
        /// The reader's nickname in what somebody says.
        Mention = "mention",
        /// A private message.
        Private = "private",
        /// Both.
        #[default]
        MentionAndPrivate = "mention,private",
        /// Everything that somebody says.
        All = "all",
    }
}

/// The words that would have been a choice. `Display` says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoChoice(pub(crate) &'static [&'static str]);

impl fmt::Display for NoChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("choose one of:")?;
        self.0.iter().try_for_each(|word| write!(f, " {word}"))
    }
}

impl core::error::Error for NoChoice {}

/// All that can be chosen. `Display` tells it, as `/set` takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewOptions {
    /// `time`.
    pub time: Time,
    /// `presence`.
    pub presence: PresenceShown,
    /// `bell`.
    pub bell: Bell,
}

impl ViewOptions {
    /// The options by name, each with what can be chosen.
    pub const NAMES: [(&'static str, &'static [&'static str]); 3] =
        [("time", Time::WORDS), ("presence", PresenceShown::WORDS), ("bell", Bell::WORDS)];

    /// Sets the option of this name.
    ///
    /// # Errors
    ///
    /// Where there is no such option, or no such choice.
    pub fn set(&mut self, option: &str, word: &str) -> Result<(), NoChoice> {
        match option {
            "time" => self.time = word.parse()?,
            "presence" => self.presence = word.parse()?,
            "bell" => self.bell = word.parse()?,
            _ => return Err(NoChoice(&["time", "presence", "bell"])),
        }
        Ok(())
    }
}

impl fmt::Display for ViewOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "time {}, presence {}, bell {}", self.time, self.presence, self.bell)
    }
}
