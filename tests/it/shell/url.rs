//! Addresses as people type them.

use chatroom::shell::url::{listener, server};

#[test]
fn listener_has_an_ip_address_and_perhaps_a_scheme_and_a_port() {
    for (text, address) in [
        ("127.0.0.1:4000", "127.0.0.1:4000"),
        ("127.0.0.1", "127.0.0.1:55555"),
        ("[::]:0", "[::]:0"),
        ("::1", "[::1]:55555"),
        ("[::1]", "[::1]:55555"),
        ("chat://0.0.0.0:0", "0.0.0.0:0"),
        ("chat://0.0.0.0", "0.0.0.0:55555"),
        ("Chat://[2001:db8::1]/", "[2001:db8::1]:55555"),
        ("chat://[::1]:65535/", "[::1]:65535"),
    ] {
        assert_eq!(listener(text).unwrap().to_string(), address, "{text}");
    }
    for text in [
        "",
        "chat://",
        "chat:127.0.0.1:1",
        "chats://127.0.0.1:1",
        "http://127.0.0.1",
        "://127.0.0.1",
        "chat://localhost",
        "chat://127.0.0.1:",
        "chat://127.0.0.1:65536",
        "chat://127.0.0.1:1?proxy",
        "chat://127.0.0.1:1/room",
        "chat://ann@127.0.0.1:1",
        "chat://chat://127.0.0.1:1",
        "chat://127.0.0.1:1//",
    ] {
        assert!(listener(text).is_err(), "{text}");
    }
}

#[test]
fn server_has_a_name_or_an_address_and_perhaps_a_scheme_and_a_port() {
    for (text, address) in [
        ("localhost", "localhost:55555"),
        ("chat://room.example.org", "room.example.org:55555"),
        ("CHAT://room.example.org:1/", "room.example.org:1"),
        ("chat://[::1]", "[::1]:55555"),
        ("::1", "[::1]:55555"),
    ] {
        assert_eq!(server(text).as_deref(), Ok(address), "{text}");
    }
    for text in ["", "chat://", "chat://:1", "chats://localhost", "localhost:", "chat://a:65536"] {
        assert!(server(text).is_err(), "{text}");
    }
}
