//! A transcript's meaning, and the complaint about one that means nothing.

use chatroom::recording::transcript::Transcript;
use chatroom::wire::escape::{Escaped, unescape};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The transcript as it reads back; or why it does not.
fn read(text: &str) -> String {
    match text.parse::<Transcript>() {
        Ok(transcript) => {
            let printed = transcript.to_string();
            printed.split_once("\n\n").unwrap().1.trim_end().into()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_line_that_is_written_reads_back_as_it_was() {
    let written = r"
+0.000s ann connects from 127.0.0.1:1001
        log <- Connected with 127.0.0.1:1001
        ann <- NICK
+1.005s bob connects from [::1]:1002
+18446744073709551.615s #7 connects from 192.0.2.7:7
        ann is admitted with lines
        ann <= ann joined the chat!\n
        bob is admitted in ASCII
        ann <= \tr\r\n \\ \x00\xff\u{202e}é\x20
        bob <~ \tr\r\n?\x20
        bob is admitted with lines
        ann bob <= hi\n
        nobody <~ hi\n
        ann is paused
        ann is resumed
        #7 <- \x20-> to you
+18446744073709551.615s ann ->
+18446744073709551.615s ann finishes
+18446744073709551.615s ann is gone
        ann is dropped
        bob <= left\n
+18446744073709551.615s bob is lost
        bob is dropped
        nobody <= left\n
+18446744073709551.615s #7 is too slow
+18446744073709551.615s time passes
+18446744073709551.615s #7 is behind by 18446744073709551615
gap of 4096 bytes
+18446744073709551.615s operator stops the server";
    assert_eq!(read(written), written.trim());
}

#[test]
fn invisible_bytes_alone_are_escaped() {
    use GeneralCategoryGroup::{Mark, Other, Separator};
    for c in ('!'..='\u{1ffff}').filter(|&c| c != '\\') {
        let hidden = matches!(c.general_category_group(), Mark | Other | Separator);
        let escaped = Escaped(c.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
        assert_eq!(escaped.contains('\\'), hidden, "{escaped}");
    }
}

#[test]
fn an_escape_is_found_wherever_it_stands() {
    for at in 0..100 {
        for hidden in ["\\", "\u{1b}", "\u{202e}", "\n"] {
            let text = "x".repeat(at) + hidden + &"x".repeat(99 - at);
            let escaped = Escaped(text.as_bytes()).to_string();
            assert!(!escaped.contains(hidden) || hidden == "\\", "{escaped}");
            assert_eq!(unescape(&escaped[1..]).unwrap(), text.as_bytes());
        }
    }
}

#[test]
fn lines_left_out_by_hand_are_filled_in() {
    let written = r"
        ann connects
        #7 connects
        +2.500s bob connects
        anyone <= hi
        #70000 connects";
    let read_as = r"
+0.000s ann connects from 127.0.0.1:1001
+0.000s #7 connects from 127.0.0.1:1007
+2.500s bob connects from 127.0.0.1:1002
        nobody <= hi
+2.500s #70000 connects from 127.0.0.1:65535";
    assert_eq!(read(written), read_as.trim());
}

#[test]
fn whoever_is_named_gets_a_number_that_no_line_before_has() {
    let text = "#2 -> never came\\n\nann connects\n#7 is lost\nbob connects\nbob -> bob\\n";
    let transcript: Transcript = text.parse().unwrap();
    let named: Vec<_> = transcript.names.iter().map(|(id, name)| (id.0, &**name)).collect();
    assert_eq!(named, [(1, "ann"), (8, "bob")]);
    assert_eq!(read(&transcript.to_string()), read(text));
    let last = format!("#{} connects\n#1 is lost\nann connects", u64::MAX).parse::<Transcript>();
    assert!(last.unwrap_err().to_string().contains("no number left"));
}

/// A transcript that lost the lines which spoke of other numbers is still read as it was.
#[test]
fn number_of_whoever_is_named_is_written_where_its_place_does_not_tell() {
    let text = "ann connects\n#2 <- hi\\n\nbob connects\n#2 -> hi\\n\nbob -> bob\\n\n";
    let mut transcript: Transcript = text.parse().unwrap();
    transcript.entries.remove(1);
    let printed = transcript.to_string();
    assert!(printed.contains("bob connects as #3 from 127.0.0.1:1003"), "{printed}");
    assert_eq!(printed.parse::<Transcript>().unwrap(), transcript);
    let earlier_last = "ann connects as #7 from 127.0.0.1:7\nbob connects as #3 from 127.0.0.1:3";
    assert!(read(earlier_last).ends_with("bob connects as #3 from 127.0.0.1:3"));
    for (line, why) in [
        ("#3 connects\nann connects as #3", "no line before"),
        ("#3 is lost\nann connects as #3", "no line before"),
        ("ann connects as #2\nbob connects as #2", "no line before"),
        ("ann connects as bob", "no line before"),
        ("ann connects as #2 from bob", "address"),
    ] {
        let error = line.parse::<Transcript>().unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn more_recipients_than_eight_are_everyone() {
    for (members, recipients) in [(8, "#1 #2 #3 #4 #5 #6 #7 #8"), (9, "everyone")] {
        let mut script = String::new();
        for id in 1..=members {
            script += &format!("#{id} connects\n#{id} is admitted with lines\n");
        }
        let read = read(&(script + "<= hi"));
        assert_eq!(read.lines().last().unwrap().trim(), format!("{recipients} <= hi"));
    }
}

#[test]
fn settings_read_back_as_they_were() {
    let head = "chatroom transcript 1\n\
                rate=1 burst=2 backlog=3 max-members=4 max-per-address=5 handshake-timeout=6 memory=8 \
                history=7 motd= a=b\\n\\x20\n\n";
    assert_eq!(head.parse::<Transcript>().unwrap().to_string(), head);
}

#[test]
fn damaged_transcript_is_refused_with_its_line_and_its_reason() {
    let refused = [
        "chatroom transcript 2",
        "\n\n+1.5s time passes",
        "+1s time passes",
        "+1.500 time passes",
        "+x.500s time passes",
        "+18446744073709551.616s time passes",
        "+18446744073709552.000s time passes",
        "+",
        "rate=x",
        "rate",
        "rate=1 burst",
        "rate=1 speed=2",
        "rate=-1",
        "motd=\\xff",
        "motd=\\q",
        "ann -> hi",
        "#x -> hi",
        "ann <- hi",
        "ann connects\nann connects",
        "a:b connects",
        "log connects",
        "time connects",
        "operator connects",
        "chatroom connects",
        " connects",
        "#x connects",
        "ann connects from nowhere",
        "ann connects\nann sings",
        "ann connects\nann",
        "ann connects\nann is behind by",
        "ann connects\nann is behind by -1",
        "gap of bytes",
        "gap of -1 bytes",
        "gap connects",
        "ann connects\nrate=1",
        "ann connects\nann -> \\",
        "ann connects\nann -> \\x",
        "ann connects\nann -> \\xg0",
        "ann connects\nann -> \\u0041",
        "ann connects\nann -> \\u{41",
        "ann connects\nann -> \\u{d800}",
        "ann connects\nann -> \\qwerty",
    ];
    let said: Vec<_> = refused.iter().map(|text| format!("{text:?}: {}", read(text))).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn lines_that_cannot_be_read_are_left_out_of_what_is_salvaged() {
    let text = "ann connects\nann sings\nbob -> hi\n+1.000s ann -> hi";
    let salvaged = Transcript::salvage(text).to_string();
    assert_eq!(
        salvaged,
        "ann connects\n+1.000s ann -> hi".parse::<Transcript>().unwrap().to_string()
    );
}
