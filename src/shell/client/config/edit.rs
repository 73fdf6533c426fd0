//! The keys of the line editor.

use crate::view::options::choice;

choice! {
    /// The keys of the line editor.
    Edit {
        /// Those of Emacs, as shells have them.
        #[default]
        Emacs = "emacs",
        /// Those of vi.
        Vi = "vi",
    }
}
