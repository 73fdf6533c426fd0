//! Recordings that are kept, each a test: what the room did then is what it does now.

use std::fs;
use std::path::Path;

use chatroom::recording::replay::Stop;
use chatroom::recording::transcript::Transcript;

use crate::oracle;

/// Set by `make snap`: what the room does now is what it is to do.
const UPDATE: &str = "UPDATE_RECORDINGS";

#[test]
fn every_kept_recording_is_what_the_room_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/recording/recordings");
    let mut wrong = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "chat") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        if std::env::var_os(UPDATE).is_some() {
            let transcript: Transcript = text.parse().unwrap();
            fs::write(&file, transcript.replay().to_string()).unwrap();
        } else if let Err(stop) = oracle::played(&text) {
            wrong += &format!("{}: {stop}\n", file.display());
            if let Stop::Differs(difference) = stop {
                wrong += &format!("{difference}\n\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}`make snap` accepts what the room does now");
}
