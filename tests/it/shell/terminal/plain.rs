//! A terminal with `--plain`, where lines are only ever appended.

use super::tty::Tty;
use crate::programs::Server;

#[test]
fn without_a_server_what_is_typed_is_still_read() {
    let server = Server::start(&[]);
    let mut ann = Tty::client(server.address, "ann", &["--plain"]);
    ann.shows("Connected to the server!");
    server.program.signal("TERM");
    ann.shows("trying again");
    ann.types("to nobody\r");
    ann.shows("-- not sent, since nobody is there: to nobody");
    for option in ["bell", "presence", "time"] {
        ann.types(&format!("/set {option} all\r/set {option} off\r"));
        ann.shows(&format!("{option} off"));
    }
    ann.types("/quit\r");
    assert_eq!(ann.ends(), 0);
}
