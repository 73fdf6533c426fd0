//! The client's own commands about what is shown.

use std::io;

use super::Conversation;
use crate::client::Local;
use crate::shell::client::config::in_home;
use crate::shell::program::cannot;

impl Conversation {
    pub(super) fn local(&mut self, local: Local) -> io::Result<()> {
        match local {
            Local::Clear => {
                if self.output.clear() {
                    self.scrollback.is_cleared();
                    return Ok(());
                }
                self.tell("nothing is cleared here: lines are only ever appended")
            }
            Local::Save(file) => {
                let path = in_home(&file, std::env::home_dir().as_deref());
                let file = path.display();
                let told = match self.scrollback.save(&path) {
                    Ok(lines) => format!("{lines} lines are saved in {file}"),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        format!("there is a file {file} already; give another name")
                    }
                    Err(error) => cannot(format_args!("save {file}"), &error),
                };
                self.tell(&told)
            }
            Local::Options => self.tell(&self.view.options().to_string()),
            Local::Set { option, value } => {
                let mut options = self.view.options();
                let told = match options.set(&option, &value) {
                    Ok(()) => {
                        self.view.set(options);
                        options.to_string()
                    }
                    Err(error) => error.to_string(),
                };
                self.tell(&told)
            }
            // The session's own.
            Local::Ignore(_) | Local::Unignore(_) | Local::Reconnect | Local::Incomplete { .. } => {
                Ok(())
            }
        }
    }
}
