//! Completions and manual pages of all programs, from their flags, for `make install`.
//!
//! `--print-completions SHELL` or `--print-man` must be the first argument. The flags are in no help,
//! and nothing else is read with them: not even an environment that makes no sense.

use std::ffi::OsString;
use std::io;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// Returns the page or the completions that these arguments ask for; `None` if they ask for neither.
///
/// # Errors
///
/// Which shells there are.
pub fn asked(mut command: Command, arguments: &[OsString]) -> Option<Result<Vec<u8>, String>> {
    let (flag, values) = arguments.split_first()?;
    match (flag.to_str()?, values) {
        ("--print-man", []) => Some(man(command).map_err(|error| error.to_string())),
        ("--print-completions", [shell]) => {
            let shell = shell.to_str().and_then(|shell| shell.parse::<Shell>().ok());
            Some(match shell {
                Some(shell) => Ok(completions(shell, &mut command)),
                None => Err("give a shell: bash, elvish, fish, powershell or zsh".into()),
            })
        }
        _ => None,
    }
}

fn completions(shell: Shell, command: &mut Command) -> Vec<u8> {
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(shell, command, name, &mut text);
    text
}

fn man(command: Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).manual("chatroom").render(&mut text)?;
    Ok(text)
}
