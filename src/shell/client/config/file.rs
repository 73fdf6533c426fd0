//! The client's configuration file: where it is, and what it says.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::PartialConfig;
use crate::limits;
use crate::shell::program::cannot;

/// Where the file is unless another one is named: `~/.config/chatroom/client.toml`, or what the
/// platform has instead of `~/.config`. `None` for whoever has no home.
#[must_use]
pub fn default_place() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("chatroom").join("client.toml"))
}

/// Reads this file, which must be there, or the one at the default place, which may not.
///
/// # Errors
///
/// One line: the file, where in it, what is wrong, and what would make sense.
pub fn read(named: Option<&Path>) -> Result<PartialConfig, String> {
    let Some(path) = named.map(Path::to_owned).or_else(default_place) else {
        return Ok(PartialConfig::default());
    };
    let file = path.display();
    let bytes = match contents(&path) {
        Ok(bytes) => bytes,
        Err(error) if named.is_none() && is_not_there(&error) => {
            return Ok(PartialConfig::default());
        }
        Err(error) => return Err(cannot(format_args!("read {file}"), &error)),
    };
    if bytes.len() > limits::CONFIG_BYTES {
        let most = limits::CONFIG_BYTES;
        return Err(format!("{file} is too long for a configuration: {most} bytes fit"));
    }
    PartialConfig::from_toml(&bytes).map_err(|(line, wrong)| format!("{file}:{line}: {wrong}"))
}

/// Reads it, or a little more than it may hold.
fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits::CONFIG_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `/dev/null` for a home is nobody's home.
fn is_not_there(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
