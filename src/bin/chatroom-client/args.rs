//! The client's flags: those that are settings, and those about the configuration file.

use std::path::PathBuf;

use chatroom::shell::client::config::{self, PartialConfig, Settings};
use chatroom::shell::program::Failure;
use clap::{Parser, ValueHint};

/// Joins a chat room: lines in, lines out, in a terminal or a pipe
///
/// Everyone hears what you type; /help lists the commands. The end of input leaves, once the
/// server has taken every line.
///
/// Flags go before the environment, which goes before the configuration file. Give a flag that is on
/// or off a value to undo what those say: --legacy=false.
#[derive(Debug, Parser)]
#[command(name = "chatroom-client", version)]
pub(crate) struct Args {
    #[command(flatten)]
    given: PartialConfig,

    /// Configuration file, which must be there [default: client.toml in ~/.config/chatroom, if it
    /// is there]
    #[arg(long, value_name = "FILE", env = "CHATROOM_CONFIG", hide_env_values = true,
        value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Print the settings as a configuration file, and end
    #[arg(long)]
    pub(crate) print_config: bool,
}

impl Args {
    /// The settings that result.
    pub(crate) fn settings(self) -> Result<Settings, Failure> {
        let file = config::read(self.config.as_deref()).map_err(Failure::Usage)?;
        Ok(Settings::default().with(file).with(self.given))
    }
}
